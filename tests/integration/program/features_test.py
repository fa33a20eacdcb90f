#!/usr/bin/python3
"""What the commands can do beyond the recorded answers of the reference, which has no undo, cherryPick and the like."""
import program
from program import EVERYWHERE, HISTORY, SERVERS, ProgramTest, on_each


@on_each(*EVERYWHERE)
class Undo:
    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one (id INT);", V2__two="CREATE TABLE two (id INT);", V3__three="CREATE TABLE three (id INT);",
                     U1__one="DROP TABLE one;", U2__two="DROP TABLE two;", U3__three="DROP TABLE three;")
        self.succeeds("migrate")

    def states(self):
        listed = self.succeeds("-outputType=json", "info").json["migrations"]
        return [(item["version"], item["type"], item["state"]) for item in listed]

    def test_takes_back_the_last_one_and_migrate_brings_it_again(self):
        run = self.succeeds("undo")
        self.assertIn("Successfully undid 1 migration to schema", run.out)
        self.assertEqual(self.history("version, type")[-1], ["3", "UNDO_SQL"])
        self.assertIn(("3", "SQL", "Undone"), self.states())
        self.assertIn(("3", "SQL", "Pending"), self.states())
        self.succeeds("validate", "-ignorePendingMigrations=true")
        self.succeeds("migrate", "validate", "undo", "undo", "migrate", "validate")
        self.assertEqual(self.history("version, type"),
                         [["1", "SQL"], ["2", "SQL"], ["3", "SQL"], ["3", "UNDO_SQL"], ["3", "SQL"], ["3", "UNDO_SQL"],
                          ["2", "UNDO_SQL"], ["2", "SQL"], ["3", "SQL"]])

    def test_down_to_a_target(self):
        document = self.succeeds("-outputType=json", "-target=2", "undo").json
        self.assertEqual([item["version"] for item in document["undoneMigrations"]], ["3", "2"])
        self.assertEqual(document["targetSchemaVersion"], "1")

    def test_without_a_script_is_refused(self):
        (self.sql / "U3__three.sql").unlink()
        self.assertIn("no corresponding undo migration", self.fails("undo").err)
        self.assertEqual(self.applied(), ["1", "2", "3"])

    def test_that_fails_in_the_middle_is_told(self):
        self.scripts(U3__three="DROP TABLE three; DROP TABLE nowhere;")
        run = self.fails("undo")
        self.assertIn("Undo of migration of schema", run.err)
        self.assertIn("nowhere", run.err)
        failed = [] if self.kind == "sqlite" else [["3", "UNDO_SQL", "0"]]
        self.assertEqual([row for row in self.history() if row[1] == "UNDO_SQL"], failed)
        if failed:
            self.fails("migrate")
            self.succeeds("repair")
        self.assertEqual(self.applied(), ["1", "2", "3"])

    def test_of_nothing_is_no_failure(self):
        self.succeeds("-target=1", "undo")
        self.succeeds("undo")
        self.assertEqual(self.database.query(f"SELECT COUNT(*) FROM {self.database.quote(HISTORY)}"), [["6"]])


@on_each(*EVERYWHERE)
class ChoosingMigrations:
    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one (id INT);", V2__two="CREATE TABLE two (id INT);", V3__three="CREATE TABLE three (id INT);",
                     R__rows="INSERT INTO one VALUES (1);")

    def test_target_next_takes_one_at_a_time(self):
        for expected in (["1", "rows"], ["1", "rows", "2"], ["1", "rows", "2", "3"], ["1", "rows", "2", "3"]):
            self.succeeds("-target=next", "migrate")
            self.assertEqual(self.applied(), expected)

    def test_target_that_may_be_missing(self):
        self.fails("-target=2.5", "migrate")
        self.succeeds("-target=2.5?", "migrate")
        self.assertEqual(self.applied(), ["1", "2", "rows"])

    def test_cherry_pick(self):
        self.succeeds("-cherryPick=1,3", "migrate")
        self.assertEqual(self.applied(), ["1", "3"])
        self.succeeds("-cherryPick=2,rows", "migrate")
        self.assertEqual(self.applied(), ["1", "3", "2", "rows"])
        self.succeeds("validate")

    def test_cherry_pick_runs_in_the_order_given(self):
        self.succeeds("-cherryPick=3,1,rows", "migrate")
        self.assertEqual(self.applied(), ["3", "1", "rows"])

    def test_skip_executing_migrations(self):
        run = self.succeeds("-skipExecutingMigrations=true", "migrate")
        self.assertIn("Skipping execution of migration of schema", run.out)
        self.assertEqual(self.applied(), ["1", "2", "3", "rows"])
        self.succeeds("validate")
        self.assertEqual(self.succeeds("migrate").out.count("Migrating schema"), 0)

    def test_ignore_migration_patterns(self):
        self.succeeds("migrate")
        (self.sql / "V2__two.sql").unlink()
        (self.sql / "R__rows.sql").unlink()
        self.script("V2.5__late.sql", "SELECT 1;")
        self.script("R__new.sql", "SELECT 1;")
        self.fails("validate")
        self.fails("-ignoreMigrationPatterns=*:missing", "validate")
        self.fails("-ignoreMigrationPatterns=versioned:missing,*:ignored,*:pending", "validate")
        self.succeeds("-ignoreMigrationPatterns=versioned:missing,Repeatable:Missing,*:ignored,*:pending", "validate")
        self.succeeds("-ignoreMigrationPatterns=*:*", "validate")
        self.assertIn("Invalid migration state", self.fails("-ignoreMigrationPatterns=*:gone", "validate").err)

    def test_info_filters(self):
        self.succeeds("-target=2", "migrate")

        def shown(*filters):
            return [item["version"] or item["description"] for item in
                    self.succeeds("-outputType=json", *filters, "info").json["migrations"]]
        self.assertEqual(shown(), ["1", "2", "rows", "3"])
        self.assertEqual(shown("-infoOfState=pending"), ["3"])
        self.assertEqual(shown("-infoSinceVersion=2"), ["2", "rows", "3"])
        self.assertEqual(shown("-infoUntilVersion=2", "-infoOfState=Success"), ["1", "2", "rows"])
        self.assertEqual(shown("-infoSinceDate=01/01/2001 00:00"), ["1", "2", "rows"])
        self.assertEqual(shown("-infoUntilDate=01/01/2001 00:00"), [])

    def test_a_group_that_fails_leaves_what_the_database_leaves(self):
        self.scripts(V2__two="INSERT INTO nowhere VALUES (1);")
        self.fails("-group=true", "migrate")
        self.assertEqual(self.history(), [] if self.kind == "sqlite" else [["2", "SQL", "0"]])

    def test_a_group_of_many(self):
        for number in range(4, 40):
            self.script(f"V{number}__more.sql", f"INSERT INTO one VALUES ({number});")
        self.succeeds("-group=true", "migrate", "validate")
        self.assertEqual(len(self.applied()), 40)


@on_each(*EVERYWHERE)
class RepairOfEveryKind:
    def test_at_once(self):
        self.scripts(V1__one="CREATE TABLE one (id INT);", V2__two="SELECT 2;", V3__three="SELECT 3;", V4__four="SELECT 4;", R__gone="SELECT 5;")
        self.succeeds("migrate")
        table = self.database.quote(HISTORY)
        self.database.query(f"UPDATE {table} SET type = 'JDBC' WHERE version = '2'")
        self.database.query(f"UPDATE {table} SET success = 0 WHERE version = '4'")
        self.scripts(V1__one="CREATE TABLE one (id INT);\n-- later words")
        (self.sql / "V2__two.sql").rename(self.sql / "V2__renamed.sql")
        (self.sql / "V3__three.sql").unlink()
        (self.sql / "R__gone.sql").unlink()
        self.assertEqual(self.fails("validate").err.count("Detected") + self.fails("validate").err.count("mismatch"), 5)
        document = self.succeeds("-outputType=json", "repair").json
        self.assertEqual(document["repairActions"], ["Removed failed migrations", "Deleted missing migrations", "Aligned applied migration checksums"])
        self.assertEqual([item["version"] for item in document["migrationsRemoved"]], ["4"])
        self.assertEqual([item["version"] or item["description"] for item in document["migrationsDeleted"]], ["3", "gone"])
        self.assertEqual([item["version"] for item in document["migrationsAligned"]], ["1", "2"])
        self.succeeds("migrate", "validate")
        again = self.succeeds("-outputType=json", "repair").json
        self.assertEqual(again["repairActions"], [])


@on_each(*SERVERS)
class CleanOfEveryKind:
    COMMON = """
        CREATE TABLE parent (id INT PRIMARY KEY, child INT);
        CREATE TABLE child (id INT PRIMARY KEY, parent INT, twice INT GENERATED ALWAYS AS (id * 2) STORED,
                            FOREIGN KEY (parent) REFERENCES parent (id));
        ALTER TABLE parent ADD FOREIGN KEY (child) REFERENCES child (id);
        CREATE TABLE self (id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES self (id));
        CREATE TABLE `odd ``name`` "with' ; ünï.dots` (id INT);
        CREATE TABLE parts (id INT) PARTITION BY HASH (id) PARTITIONS 3;
        CREATE VIEW first_view AS SELECT * FROM parent;
        CREATE VIEW a_view_on_a_view AS SELECT * FROM first_view;
        CREATE VIEW broken_view AS SELECT * FROM parts;
        DROP TABLE parts;
        CREATE TRIGGER touched BEFORE INSERT ON child FOR EACH ROW SET NEW.parent = NULL;
        CREATE PROCEDURE `odd ``procedure`() SELECT 1;
        CREATE FUNCTION seven() RETURNS INT DETERMINISTIC RETURN 7;
        CREATE FUNCTION eight() RETURNS INT DETERMINISTIC RETURN seven() + 1;
        CREATE VIEW on_function AS SELECT eight() AS x;
        CREATE EVENT never ON SCHEDULE EVERY 1 YEAR DISABLE DO SELECT 1;
        """
    MARIADB = """
        CREATE SEQUENCE numbers START WITH 5;
        CREATE TABLE numbered (id INT DEFAULT NEXTVAL(numbers));
        CREATE TABLE versioned (id INT) WITH SYSTEM VERSIONING;
        CREATE TABLE hidden (id INT, row_start TIMESTAMP(6) GENERATED ALWAYS AS ROW START INVISIBLE,
          row_end TIMESTAMP(6) GENERATED ALWAYS AS ROW END INVISIBLE, PERIOD FOR SYSTEM_TIME (row_start, row_end)) WITH SYSTEM VERSIONING;
        """

    def left(self):
        return self.database.query(" UNION ALL ".join(
            f"SELECT {name} FROM information_schema.{table} WHERE {schema} = '{self.database.schema}'" for table, schema, name in
            (("TABLES", "TABLE_SCHEMA", "TABLE_NAME"), ("ROUTINES", "ROUTINE_SCHEMA", "ROUTINE_NAME"), ("EVENTS", "EVENT_SCHEMA", "EVENT_NAME"),
             ("TRIGGERS", "TRIGGER_SCHEMA", "TRIGGER_NAME"))))

    def test_leaves_nothing(self):
        self.scripts(V1__all=self.COMMON + (self.MARIADB if self.kind == "mariadb" else ""))
        for _ in range(2):
            self.succeeds("migrate")
            self.assertGreater(len(self.left()), 13)
            run = self.succeeds("clean")
            self.assertIn("Successfully cleaned schema", run.out)
            self.assertEqual(self.left(), [])

    def test_with_references_from_another_schema(self):
        other = self.database.schema + "_other"
        self.database.also_drop.append(other)
        self.scripts(V1__two_schemas=f"CREATE TABLE parent (id INT PRIMARY KEY); CREATE DATABASE {other};"
                                     f"CREATE TABLE {other}.child (id INT, FOREIGN KEY (id) REFERENCES {self.database.schema}.parent (id));")
        self.succeeds("migrate")
        self.succeeds("clean")
        self.assertEqual(self.left(), [])
        self.assertEqual(self.database.query("SHOW TABLES", database=other), [["child"]])

    def test_of_several_schemas_and_only_of_those(self):
        names = [self.database.schema + suffix for suffix in ("_a", "_b", "_kept")]
        self.database.also_drop += names
        self.database.query(f"CREATE DATABASE {names[2]}; CREATE TABLE {names[2]}.mine (id INT);")
        self.scripts(V1__both=f"CREATE TABLE here (id INT); CREATE TABLE {names[1]}.there (id INT); CREATE VIEW {names[1]}.v AS SELECT * FROM {names[0]}.here;")
        run = self.succeeds(f"-schemas={names[0]},{names[1]}", "migrate", "clean")
        self.assertIn(f"Successfully dropped schema `{names[1]}`", run.out)
        self.assertEqual(self.database.query(f"SHOW DATABASES LIKE '{self.database.schema}\\_%'"), [[names[2]]])
        self.assertEqual(self.database.query("SHOW TABLES", database=names[2]), [["mine"]])


class CleanOnSqlite(ProgramTest):
    def test_leaves_nothing(self):
        self.scripts(V1__all="""
            CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, child INT REFERENCES child (id));
            CREATE TABLE child (id INT PRIMARY KEY, parent INT REFERENCES parent (id), twice INT GENERATED ALWAYS AS (id * 2) STORED);
            INSERT INTO parent VALUES (NULL, NULL); INSERT INTO child (id, parent) VALUES (1, 1); UPDATE parent SET child = 1;
            CREATE TABLE "odd ""name"" with' ; ünï.dots" (id INT);
            CREATE VIEW first_view AS SELECT * FROM parent;
            CREATE VIEW on_view AS SELECT * FROM first_view;
            CREATE VIEW broken AS SELECT * FROM nowhere;
            CREATE INDEX i ON child (parent);
            CREATE TRIGGER touched AFTER INSERT ON child BEGIN DELETE FROM parent WHERE id < 0; END;
            CREATE TABLE without_rowid (id INT PRIMARY KEY) WITHOUT ROWID;
            CREATE VIRTUAL TABLE words USING fts5(text);
            INSERT INTO words VALUES ('hello');""")
        for url in ("", "?foreign_keys=true"):
            with self.subTest(url):
                self.database.url = f"jdbc:sqlite:{self.database.file}{url}"
                self.succeeds("migrate", "clean")
                self.assertEqual(self.database.query("SELECT name FROM sqlite_master"), [["sqlite_sequence"]])
                self.assertEqual(self.database.query("SELECT * FROM sqlite_sequence"), [])


if __name__ == "__main__":
    program.main()
