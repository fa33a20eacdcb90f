#!/usr/bin/python3
"""What users get wrong and what machines run out of: a message that says so, exit code 1, a history that tells the truth."""
import contextlib
import os
import subprocess
import unittest

import program
from program import EVERYWHERE, HISTORY, SERVERS, ProgramTest, on_each



class WrongConfiguration(ProgramTest):
    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one (id INT);")

    def refused(self, expected, *words, nothing_made=True):
        run = self.fails(*words)
        self.assertRegex(run.err, expected)
        document = self.run_tool("-outputType=json", *words)
        self.assertEqual((document.code, document.err), (1, ""), document)
        self.assertRegex(document.json["error"]["message"], expected)
        if nothing_made:
            self.assertFalse(self.database.file.exists())

    def test_an_unknown_key(self):
        self.refused("noSuchKey", "-noSuchKey=1", "migrate")

    def test_an_unknown_command_or_flag(self):
        self.refused("Invalid argument: migrat", "migrat")
        self.refused("Invalid argument: -Y", "-Y", "migrate")

    def test_values_that_are_none(self):
        for key, value in (("target", "one"), ("baselineVersion", "x.y"), ("connectRetries", "-1"), ("connectRetries", "many"),
                           ("group", "perhaps"), ("encoding", "KLINGON"), ("infoSinceDate", "tomorrow"),
                           ("infoOfState", "gone")):
            with self.subTest(f"{key}={value}"):
                self.assertIn(value, self.fails(f"-{key}={value}", "info").err)

    def test_urls_that_are_none(self):
        for url in ("", "jdbc:", "jdbc:nosuch://x", "mysql://x", "jdbc:mysql", "jdbc:mysql://", "jdbc:mariadb://[::1", "jdbc:mysql://h:port/x",
                    "jdbc:mysql://h:99999999/x", "jdbc:sqlite", "jdbc:sqlite:/no/such/folder/x.db", "jdbc:sqlite:" + "x" * 5000, "\x01"):
            with self.subTest(url):
                self.database.url = url
                self.fails("migrate")

    def test_an_unreachable_server(self):
        self.database.url = "jdbc:mariadb://127.0.0.1:1/x"
        self.refused("Unable to obtain connection from database.*127.0.0.1:1", "-user=u", "-password=top-secret", "migrate")
        self.assertNotIn("top-secret", self.fails("-user=u", "-password=top-secret", "migrate").err)

    def test_a_missing_location_is_told_and_harmless(self):
        run = self.run_tool("-locations=filesystem:nowhere", "migrate")
        self.assertEqual(run.code, 0, run)
        self.assertIn("Skipping filesystem location:nowhere (not found).", run.err)

    def test_a_location_that_is_a_file(self):
        run = self.run_tool(f"-locations=filesystem:{self.sql}/V1__one.sql", "migrate")
        self.assertIn("V1__one.sql (not a directory).", run.err)
        self.assertEqual(self.database.query("SELECT name FROM sqlite_master WHERE name = 'one'"), [])

    def test_a_file_name_that_breaks_the_rules(self):
        self.script("V2_two.sql", "SELECT 1;")
        self.refused("V2_two.sql", "-validateMigrationNaming=true", "migrate")
        self.assertEqual(self.run_tool("migrate").code, 0)

    def test_one_version_twice(self):
        self.script("V01__again.sql", "SELECT 1;")
        for command in ("migrate", "info", "validate", "repair"):
            self.refused("Found more than one migration with version", command, nothing_made=False)
        self.assertEqual(self.database.query("SELECT * FROM sqlite_master"), [])

    def test_one_repeatable_twice(self):
        self.script("a/R__r.sql", "SELECT 1;")
        self.script("b/R__r.sql", "SELECT 2;")
        self.refused("Found more than one repeatable migration", "migrate", nothing_made=False)

    def test_bytes_that_are_no_utf8_are_refused_unless_the_encoding_is_named(self):
        self.script("V2__latin.sql", "CREATE TABLE t (a TEXT DEFAULT 'Zo\xeb');".encode("latin-1"))
        self.assertIn("V2__latin.sql", self.fails("migrate").err)
        self.succeeds("-encoding=ISO-8859-1", "migrate")
        self.assertIn("'Zoë'", self.database.query("SELECT sql FROM sqlite_master WHERE name = 't'")[0][0])

    def test_a_nul_in_a_script_is_refused_where_the_database_would_stop_reading(self):
        self.script("V1__one.sql", b"CREATE TABLE one (id INT);\nINSERT INTO one VALUES (1); -- x\0y\nINSERT INTO one VALUES (2);")
        self.assertIn("NUL character", self.fails("migrate").err)
        self.assertEqual(self.history(), [])

    def test_scripts_that_have_no_end(self):
        for number, text in enumerate(("SELECT 'open", "/* open", "SELECT \"open", "CREATE TRIGGER t AFTER INSERT ON one BEGIN SELECT 1;", "SELECT ${open", "SELECT ${unknown};")):
            with self.subTest(text):
                self.script("V2__open.sql", text)
                run = self.run_tool("migrate")
                self.assertNotRegex(run.err, "std::|terminate", run)
                if "${unknown}" in text:
                    self.assertIn("No value provided for placeholder: ${unknown}", run.err)
                    self.assertEqual(run.code, 1)

    def test_a_default_schema_where_there_are_no_schemas(self):
        run = self.fails("-defaultSchema=other", "migrate")
        self.assertIn("WARNING: SQLite", run.out)
        self.assertIn("The defaultSchema property is specified but is not a member of the schemas property", run.err)

    def test_a_file_full_of_unknown_keys(self):
        (self.folder / "big.conf").write_text("".join(f"flyway.unknwon{number}=1\n" for number in range(50_000)))
        self.refused("Unknown configuration properties: flyway.unknwon0,flyway.unknwon1,", "-configFiles=big.conf", "info")

    def test_a_config_file_that_is_not_there(self):
        self.refused("nowhere.conf", "-configFiles=nowhere.conf", "migrate")


@on_each(*EVERYWHERE)
class FailingScript:
    def test_a_changed_checksum(self):
        self.scripts(V1__one="CREATE TABLE one (id INT);")
        self.succeeds("migrate")
        self.scripts(V1__one="CREATE TABLE one (id INT, x INT);", V2__two="SELECT 1;")
        for command in ("migrate", "validate"):
            self.assertIn("Migration checksum mismatch for migration version 1", self.fails(command).err)
        self.assertEqual(self.applied(), ["1"])
        self.succeeds("repair", "validate", "-ignorePendingMigrations=true")

    def test_in_the_middle(self):
        self.scripts(V1__one="CREATE TABLE one (id INT);\n\nINSERT INTO one VALUES (1);\n-- a comment\nINSERT INTO nowhere\n  VALUES (2);\nSELECT 1;",
                     V2__two="SELECT 1;")
        run = self.fails("migrate")
        self.assertIn("Line       : 5\nStatement  : -- a comment\nINSERT INTO nowhere\n  VALUES (2)\n", run.err)
        self.assertNotIn("version \"2", run.out)
        if self.kind == "sqlite":
            self.assertEqual(self.history(), [])
            self.assertEqual(self.database.query("SELECT name FROM sqlite_master WHERE name = 'one'"), [])
        else:
            self.assertIn("2 statements of this script ran before", run.err)
            self.assertEqual(self.history(), [["1", "SQL", "0"]])
            self.assertEqual(self.database.query("SELECT * FROM one"), [])
            self.assertIn("Detected failed migration to version 1", self.fails("migrate").err)
            self.database.query("DROP TABLE one")
            self.succeeds("repair")
        self.scripts(V1__one="CREATE TABLE one (id INT);")
        self.succeeds("migrate")
        self.assertEqual(self.applied(), ["1", "2"])

    def test_a_huge_statement_is_shown_without_harm(self):
        self.scripts(V1__huge="INSERT INTO nowhere VALUES ('" + "x" * 2_000_000 + "');")
        self.assertIn("nowhere", self.fails("migrate").err)

    def test_a_failing_repeatable_is_tried_again_after_repair(self):
        self.scripts(R__rows="INSERT INTO nowhere VALUES (1);", V1__one="CREATE TABLE one (id INT);")
        self.fails("migrate")
        self.succeeds("repair")
        self.scripts(R__rows="INSERT INTO one VALUES (1);")
        self.succeeds("migrate")
        self.assertEqual(self.applied(), ["1", "rows"])


@on_each(*SERVERS)
class Login:
    def test_a_wrong_password_is_told_without_it(self):
        run = self.fails("info", login=(f"-user={self.database.user}", "-password=not-this-one"))
        self.assertIn("Error Code : 1045", run.err)
        self.assertIn(f"for user '{self.database.user}'", run.err)
        self.assertNotIn("not-this-one", run.out + run.err)

    def test_a_database_that_is_not_there(self):
        self.database.url = self.database.url_of("no_such_database")
        self.assertIn("Error Code : 1049", self.fails("info").err)


@unittest.skipUnless(os.geteuid() == 0, "only root can become someone else, whom files can be kept from")
class AsNobody(ProgramTest):
    """Root may read and write everything, so the tool runs as nobody here."""

    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one (id INT);")
        self.folder.chmod(0o755)

    def test_an_unreadable_script(self):
        self.succeeds("migrate")
        self.folder.chmod(0o777)
        self.database.file.chmod(0o666)
        self.script("V2__secret.sql", "SELECT 1;").chmod(0)
        for command in ("migrate", "info", "validate"):
            run = self.fails(command, **self.as_nobody())
            self.assertIn("V2__secret.sql", run.err)
            self.assertIn("Permission denied", run.err)
        self.assertEqual(self.applied(), ["1"])

    def test_a_database_file_that_is_read_only(self):
        self.succeeds("migrate")
        self.scripts(V2__two="INSERT INTO one VALUES (1);")
        self.database.file.chmod(0o444)
        self.assertIn("Pending", self.succeeds("info", **self.as_nobody()).out)
        run = self.fails("migrate", **self.as_nobody())
        self.assertIn("SQLITE_READONLY", run.err)
        self.assertEqual(self.applied(), ["1"])

    def test_a_folder_that_is_read_only(self):
        self.succeeds("migrate")
        self.scripts(V2__two="INSERT INTO one VALUES (1);")
        self.database.file.chmod(0o666)    # but no journal can be made beside it
        run = self.fails("migrate", **self.as_nobody())
        self.assertRegex(run.err, "SQLITE_CANTOPEN|SQLITE_READONLY")
        self.assertEqual(self.applied(), ["1"])

    def test_a_new_database_in_a_folder_that_is_read_only(self):
        run = self.fails("migrate", **self.as_nobody())
        self.assertIn("SQLITE_CANTOPEN", run.err)

    def test_an_unreadable_config_file(self):
        config = self.folder / "secret.conf"
        config.write_text("flyway.table=x\n")
        config.chmod(0)
        self.assertIn("secret.conf", self.fails(f"-configFiles={config}", "info", **self.as_nobody()).err)

    def test_an_output_file_that_cannot_be_written(self):
        self.assertIn("out.txt", self.fails(f"-outputFile={self.folder}/out.txt", "info", **self.as_nobody()).err)
        document = self.run_tool(f"-outputFile={self.folder}/out.json", "-outputType=json", "info", **self.as_nobody())
        self.assertEqual(document.code, 1, document)
        self.assertIn("out.json", document.json["error"]["message"])


class FullDisk(ProgramTest):
    """SQLite on a file system of its own that is too small."""

    def setUp(self):
        super().setUp()
        small = self.folder / "small"
        small.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", small], capture_output=True).returncode:
            self.skipTest("mounting a small tmpfs is not permitted here")
        self.addCleanup(subprocess.run, ["umount", "-l", small], check=True)
        self.database.file = small / "test.db"
        self.database.url = f"jdbc:sqlite:{self.database.file}"
        self.scripts(V1__one="CREATE TABLE one (id INTEGER PRIMARY KEY, text TEXT);")

    def test_in_the_middle_of_a_migration(self):
        self.succeeds("migrate")
        self.scripts(V2__big="INSERT INTO one VALUES (1, 'fits');\nWITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
                             "INSERT INTO one SELECT i, hex(randomblob(100)) FROM n;")
        run = self.fails("migrate")
        self.assertRegex(run.err, "SQLITE_FULL|SQLITE_IOERR")
        self.assertEqual(self.applied(), ["1"])
        self.assertEqual(self.database.query("SELECT COUNT(*) FROM one"), [["0"]])
        self.assertEqual(self.database.query("PRAGMA integrity_check"), [["ok"]])
        self.scripts(V2__big="INSERT INTO one VALUES (1, 'fits');")
        self.succeeds("migrate")
        self.assertEqual(self.applied(), ["1", "2"])

    def test_from_the_beginning(self):
        (self.folder / "small" / "filler").write_bytes(bytes(250 * 1024))
        run = self.fails("migrate")
        self.assertRegex(run.err, "SQLITE_FULL|SQLITE_IOERR|SQLITE_CANTOPEN")


if __name__ == "__main__":
    program.main()
