#!/usr/bin/python3
"""History tables that no tool wrote: what can be read is read, what can't is refused by name, and nothing is lost."""
import contextlib
import os
import pty

import program
from program import EVERYWHERE, HISTORY, SERVERS, on_each

COMMANDS_THAT_READ = ("info", "validate", "migrate", "repair")


class AlteredHistory:
    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one (id INT);", V2__two="CREATE TABLE two (id INT);")
        self.succeeds("migrate")
        self.scripts(V3__three="CREATE TABLE three (id INT);")
        self.table = self.database.quote(HISTORY)

    def rows(self):
        return self.database.query(f"SELECT * FROM {self.table} ORDER BY 1")

    def refused(self, *expected, commands=COMMANDS_THAT_READ):
        """Each command says what is wrong with the history and changes nothing."""
        before = self.rows()
        for command in commands:
            run = self.fails(command)
            for text in (HISTORY, *expected):
                self.assertIn(text, run.err, f"{command}: {run}")
            document = self.run_tool("-outputType=json", command)
            self.assertEqual((document.code, document.err), (1, ""), f"{command}: {document}")
            self.assertIn(HISTORY, document.json["error"]["message"])
        self.assertEqual(self.rows(), before)

    def rebuilt_without_constraints(self):
        """The same rows in a table that takes anything."""
        for statement in (f"CREATE TABLE kept AS SELECT * FROM {self.table}", f"DROP TABLE {self.table}",
                          f"CREATE TABLE {self.table} AS SELECT * FROM kept", "DROP TABLE kept"):
            self.database.run(statement + ";")


@on_each(*EVERYWHERE)
class AnyDatabase(AlteredHistory):
    def test_control_characters_stay_out_of_a_terminal(self):
        self.database.run(f"UPDATE {self.table} SET description = 'evil\x1b[2J' WHERE version = '2';")
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        process = self.start("-color=never", "info", "validate", stdout=slave, stderr=slave)
        os.close(slave)
        seen = b""
        with contextlib.suppress(OSError):    # its end, when nobody writes any more
            while data := os.read(master, 65536):
                seen += data
        process.wait()
        self.assertNotIn(b"\x1b[2J", seen)
        self.assertEqual(seen.count(rb"evil\x1b[2J"), 2, seen)
        self.assertIn("evil\x1b[2J", self.succeeds("info").out)    # a pipe gets it as it is

    def test_unknown_columns_are_ignored(self):
        self.database.query(f"ALTER TABLE {self.table} ADD ticket VARCHAR(20) DEFAULT 'none'")
        self.succeeds("validate", "-ignorePendingMigrations=true")
        self.succeeds("migrate")
        self.assertEqual(self.applied(), ["1", "2", "3"])

    def test_a_missing_column_is_named(self):
        self.database.query(f"ALTER TABLE {self.table} DROP COLUMN execution_time")
        self.refused("execution_time")

    def test_a_version_that_cannot_be_parsed_is_named(self):
        self.database.query(f"UPDATE {self.table} SET version = 'one-and-a-half' WHERE installed_rank = 1")
        self.refused("one-and-a-half", "installed_rank 1")

    def test_text_where_a_number_belongs_is_named(self):
        self.rebuilt_without_constraints()
        if self.kind != "sqlite":
            self.database.query(f"ALTER TABLE {self.table} MODIFY checksum VARCHAR(20)")
        self.database.query(f"UPDATE {self.table} SET checksum = 'abc' WHERE installed_rank = 2")
        self.refused("abc", "checksum", "installed_rank 2")

    def test_a_number_that_is_too_large_is_named(self):
        self.rebuilt_without_constraints()
        if self.kind != "sqlite":
            self.database.query(f"ALTER TABLE {self.table} MODIFY checksum BIGINT")
        self.database.query(f"UPDATE {self.table} SET checksum = 99999999999 WHERE installed_rank = 2")
        self.refused("99999999999", "checksum", "installed_rank 2")

    def test_a_rank_at_its_limit_is_not_passed(self):
        self.database.query(f"UPDATE {self.table} SET installed_rank = 2147483647 WHERE installed_rank = 2")
        before = self.rows()
        run = self.fails("migrate")
        self.assertIn("2147483647", run.err)
        self.assertEqual(self.rows(), before)

    def set_null(self, column, type):
        if self.kind != "sqlite":
            self.database.query(f"ALTER TABLE {self.table} MODIFY {column} {type} NULL")
        self.database.query(f"UPDATE {self.table} SET {column} = NULL WHERE installed_rank = 2")

    def test_null_in_a_column_that_decides_is_named(self):
        self.rebuilt_without_constraints()
        for column, type, value in (("description", "VARCHAR(200)", "'two'"), ("type", "VARCHAR(20)", "'SQL'"),
                                    ("success", "BOOL", "1")):
            with self.subTest(column):
                self.set_null(column, type)
                self.refused(f"column {column} holds NULL", "installed_rank 2", commands=["info", "migrate"])
            self.database.query(f"UPDATE {self.table} SET {column} = {value} WHERE installed_rank = 2")

    def test_null_in_a_column_that_only_informs_is_read_as_the_reference_does(self):
        self.rebuilt_without_constraints()
        for column, type in (("execution_time", "INT"), ("script", "VARCHAR(1000)"), ("installed_by", "VARCHAR(100)"),
                             ("installed_on", "TIMESTAMP"), ("checksum", "INT")):
            self.set_null(column, type)
            self.succeeds("info")
            self.succeeds("info", "-outputType=json").json

    def test_the_same_row_twice_is_refused(self):
        self.rebuilt_without_constraints()
        self.database.query(f"INSERT INTO {self.table} SELECT * FROM {self.table} WHERE installed_rank = 2")
        self.refused("more than one row with installed_rank 2")

    def fill_to(self, last):
        """Rows with the ranks behind those that are there."""
        rows = ", ".join(f"({rank}, '{rank}', 'x', 'SQL', 'V{rank}__x.sql', 1, 'x', CURRENT_TIMESTAMP, 0, 1)" for rank in range(3, last + 1))
        self.database.query(f"INSERT INTO {self.table} (installed_rank, version, description, type, script, checksum, installed_by, "
                            f"installed_on, execution_time, success) VALUES {rows}")

    def test_many_rows_are_read_in_parts_without_losing_one(self):
        for last in (999, 1000, 1001, 2000, 2300):
            self.database.query(f"DELETE FROM {self.table} WHERE installed_rank > 2")
            self.fill_to(last)
            shown = self.succeeds("info", "-outputType=json").json["migrations"]
            self.assertEqual([row["version"] for row in shown], [str(version) for version in range(1, last + 1)])

    def test_the_same_row_twice_is_refused_between_two_parts(self):
        self.rebuilt_without_constraints()
        self.fill_to(1500)
        self.database.query(f"INSERT INTO {self.table} SELECT * FROM {self.table} WHERE installed_rank = 1000")
        self.refused("more than one row with installed_rank 1000")

    def test_an_unknown_type_is_shown_as_it_is(self):
        self.database.query(f"UPDATE {self.table} SET type = 'PYTHON' WHERE installed_rank = 2")
        self.assertIn("| PYTHON |", self.succeeds("info").out)
        self.assertIn("Migration type mismatch", self.fails("validate").err)

    def test_two_baselines_and_a_delete_of_nothing_do_no_harm(self):
        columns = "installed_rank, version, description, type, script, checksum, installed_by, execution_time, success"
        for rank, version, kind in ((3, "0.5", "BASELINE"), (4, "0.7", "BASELINE"), (5, "77", "DELETE")):
            self.database.query(f"INSERT INTO {self.table} ({columns}) VALUES ({rank}, '{version}', 'x', '{kind}', 'x', NULL, 'x', 0, 1)")
        self.succeeds("info")
        self.succeeds("migrate")

    def test_a_history_without_rows_is_as_good_as_new(self):
        self.database.query(f"DELETE FROM {self.table}")
        self.database.run("DROP TABLE one; DROP TABLE two;")
        self.succeeds("migrate")
        self.assertEqual(self.applied(), ["1", "2", "3"])

    def test_control_characters_and_markup_in_a_row_stay_text(self):
        self.database.query(f"UPDATE {self.table} SET description = 'a\tb<b>\"c\"' WHERE installed_rank = 2")
        document = self.succeeds("info", "-outputType=json").json
        self.assertEqual(document["migrations"][1]["description"], 'a\tb<b>"c"')


@on_each("sqlite")
class OnSqlite(AlteredHistory):
    def test_a_view_instead_of_a_table_is_refused(self):
        self.database.run(f"ALTER TABLE {HISTORY} RENAME TO hidden; CREATE VIEW {HISTORY} AS SELECT * FROM hidden;")
        run = self.fails("migrate")
        self.assertIn('Found non-empty schema(s) "main" but no schema history table', run.err)
        self.assertEqual(self.database.query("SELECT COUNT(*) FROM hidden"), [["2"]])

    def test_a_time_without_fraction_is_read(self):
        self.database.query(f"UPDATE {self.table} SET installed_on = '2024-02-29 12:00:00'")
        self.assertIn("2024-02-29 12:00:00", self.succeeds("info").out)

    def test_a_time_that_is_none_is_shown_as_it_is(self):
        self.database.query(f"UPDATE {self.table} SET installed_on = 'yesterday'")
        self.succeeds("info")
        self.succeeds("info", "-outputType=json").json


@on_each(*SERVERS)
class OnAServer(AlteredHistory):
    def test_a_view_over_a_table_works_like_the_table(self):
        self.database.run(f"RENAME TABLE {HISTORY} TO hidden; CREATE VIEW {HISTORY} AS SELECT * FROM hidden;")
        self.succeeds("migrate")
        self.assertEqual(self.applied(), ["1", "2", "3"])

    def test_a_view_that_takes_no_rows_fails_before_the_script_is_lost(self):
        self.database.run(f"RENAME TABLE {HISTORY} TO hidden;"
                          f"CREATE VIEW {HISTORY} AS SELECT * FROM hidden UNION SELECT * FROM hidden;")
        run = self.fails("migrate")
        self.assertIn("Unable to insert row for version '3'", run.err)
        self.assertEqual(self.database.query("SELECT COUNT(*) FROM hidden"), [["2"]])


if __name__ == "__main__":
    program.main()
