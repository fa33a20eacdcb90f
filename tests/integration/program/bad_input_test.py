#!/usr/bin/python3
"""What users get wrong and what machines run out of: a message that says so, exit code 1, a history that tells the truth."""
import contextlib
import os
import re
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


BODY = {"sqlite": "CREATE TRIGGER t AFTER INSERT ON one BEGIN SELECT 1;", "mysql": "CREATE PROCEDURE p() BEGIN SELECT 1;",
        "postgresql": "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1;"}
QUOTE, COMMENT = "The quote that begins at line 4 col {} has no end", "The comment that begins at line 4 col {} has no end"
NO_END = {    # what begins in line 4, and what is said of it
    "sqlite": {"INSERT INTO one VALUES ('it; -- ''": QUOTE.format(25), 'SELECT "open;': QUOTE.format(8), "SELECT [open;": QUOTE.format(8),
               "/* open;": "Comment without end at line 4 col 1", "SELECT 1 /* open;": "Comment without end at line 4 col 10",
               BODY["sqlite"]: "Incomplete statement at line 4 col 1: ", "BEGIN;": "The transaction that begins at line 4 col 1 has no end"},
    "mysql": {"INSERT INTO one VALUES ('it\\'; -- ''": QUOTE.format(25), 'SELECT "open;': QUOTE.format(8), "SELECT `open;": QUOTE.format(8),
              "/* open;": "Comment without end at line 4 col 1", "/*! SELECT 1;": COMMENT.format(1),
              "SELECT 1 FROM /* open;": COMMENT.format(15), BODY["mysql"]: "Incomplete statement at line 4 col 1: ",
              "DELIMITER $$\nSELECT 1;": "The delimiter is $$ since line 4 col 1, and does not come any more",
              "DELIMITER \t": "No delimiter given behind DELIMITER at line 4 col 1", "SELECT 1 DELIMITER $$": "Delimiter changed inside statement at line 4 col 1"},
    "postgresql": {"INSERT INTO one VALUES ('it; -- ''": QUOTE.format(25), 'SELECT "open;': QUOTE.format(8), "SELECT e'\\';": QUOTE.format(9),
                   "SELECT $a$ ; $b$;": QUOTE.format(8), "SELECT $$ ;": QUOTE.format(8), "/* /* */ open;": "Comment without end at line 4 col 1",
                   "SELECT 1 FROM /* open;": COMMENT.format(15), BODY["postgresql"]: "Incomplete statement at line 4 col 1: ",
                   "COPY one FROM STDIN;\n7\n": "The data of the COPY at line 4 col 1 have no end"},
}
NO_END["mariadb"] = NO_END["mysql"]


@on_each(*EVERYWHERE, "postgresql")
class BadScript:
    """What is wrong with the text of a script itself."""

    def nothing_is_left(self):
        self.assertEqual(self.history(), [])
        tables = "sqlite_master WHERE name = 'one'" if self.kind == "sqlite" else f"information_schema.tables WHERE table_schema = '{self.database.schema}' AND table_name = 'one'"
        self.assertEqual(self.database.query(f"SELECT 1 FROM {tables}"), [])

    def test_what_has_no_end_is_told_with_its_place(self):
        for text, expected in NO_END[self.kind].items():
            with self.subTest(text):
                self.scripts(V1__open="CREATE TABLE one (id INT);\n-- it's\n\n" + text + "\nSELECT 2;\n")
                run = self.fails("migrate")
                self.assertIn(expected, run.err)
                self.assertIn("V1__open.sql", run.err)
                if "Unable to parse" in run.err or self.kind not in SERVERS:
                    self.nothing_is_left()
                else:    # the server refused it, behind what commits by itself
                    self.assertIn("Line       : ", run.err)
                    self.assertEqual(self.history(), [["1", "SQL", "0"]])
                self.succeeds("clean")

    def test_a_placeholder_without_value_or_end(self):
        for text in ("${unknown}", "${open"):
            self.scripts(V1__open=f"CREATE TABLE one (id INT);\nSELECT {text};\n")
            self.assertIn(f"No value provided for placeholder: {text}", self.fails("migrate").err)
            self.nothing_is_left()

    def test_a_nul_that_the_database_would_not_read_past(self):
        self.script("V1__one.sql", b"CREATE TABLE one (id INT);\nINSERT INTO one VALUES (1); -- x\0y\nINSERT INTO one VALUES (2);")
        self.assertIn("The statement holds a NUL character, in its line 1.", self.fails("migrate").err)
        if self.kind not in SERVERS:
            self.nothing_is_left()
            self.script("V1__one.sql", b"CREATE TABLE one (v VARCHAR(9));\nINSERT INTO one VALUES ('a\0b');")
            self.assertIn("NUL character", self.fails("migrate").err)
            return self.nothing_is_left()
        self.assertEqual(self.history(), [["1", "SQL", "0"]])
        self.assertEqual(self.database.query("SELECT id FROM one"), [])
        self.succeeds("clean")
        self.script("V1__one.sql", b"CREATE TABLE one (v VARCHAR(9));\nINSERT INTO one VALUES ('a\0b');")    # a character as any other
        self.succeeds("migrate")
        self.assertEqual(self.database.query("SELECT HEX(v) FROM one"), [["610062"]])

    def test_another_encoding(self):
        self.script("V1__one.sql", "-- a comment\nCREATE TABLE one (id INT, v VARCHAR(20));\nINSERT INTO one VALUES (1, 'Zo\xeb');".encode("latin-1"))
        run = self.fails("migrate")
        self.assertIn("V1__one.sql", run.err)
        self.assertIn("Input length = 1\n  What stands in line 3 (offset 85, bytes EB) is not UTF-8.", run.err)
        for words in (["-encoding=ISO-8859-1"], ["-detectEncoding=true"]):
            self.succeeds("clean", *words)
            self.succeeds(*words, "migrate")
            self.assertEqual(self.database.query("SELECT v FROM one"), [["Zo\xeb"]])
        self.succeeds("clean", *words)
        self.script("V1__one.sql", "CREATE TABLE one (id INT)".encode("utf-16"))
        self.fails("migrate")
        self.succeeds("-encoding=UTF-16", "migrate")


@on_each("sqlite", "postgresql")
class OwnCommit:
    def test_what_a_script_committed_itself_is_told(self):
        self.scripts(V1__one="CREATE TABLE one (id INT);\nINSERT INTO one VALUES (1);\nCOMMIT;\nINSERT INTO one VALUES (2);\nINSERT INTO nowhere VALUES (3);")
        self.assertIn("\n  The script itself ended a transaction in line 3; what that committed has stayed.\n", self.fails("migrate").err)
        self.assertEqual(self.history(), [])
        kept = [["1"], ["2"]] if self.kind == "sqlite" else [["1"]]    # it goes on without a transaction
        self.assertEqual(self.database.query("SELECT id FROM one"), kept)


@on_each(*SERVERS)
class LargePackets:
    def test_a_statement_over_max_allowed_packet(self):
        """The server would close the connection without a word."""
        limit = int(self.database.query("SELECT @@global.max_allowed_packet")[0][0])
        for batch in ("false", "true"):
            self.succeeds("clean")
            self.scripts(V1__large="CREATE TABLE one (v LONGTEXT);\nINSERT INTO one VALUES ('a');\nINSERT INTO one VALUES ('" + "x" * limit + "');\n")
            run = self.fails(f"-batch={batch}", "migrate")
            self.assertIn("Error Code : 1153\n", run.err)
            self.assertIn("Line       : 3\n", run.err)
            room = int(re.search(rf"The statement has {limit + 27} bytes, and the server's max_allowed_packet leaves room for (\d+)\. Raise that setting", run.err)[1])
            self.assertEqual(self.history(), [["1", "SQL", "0"]])
            self.assertEqual(self.database.query("SELECT COUNT(*) FROM one"), [["0"]])
        self.succeeds("clean")
        self.scripts(V1__large="CREATE TABLE one (v LONGTEXT);\nINSERT INTO one VALUES ('" + "x" * (room - 27) + "');\n")
        self.succeeds("migrate")
        self.assertEqual(self.database.query("SELECT LENGTH(v) FROM one"), [[str(room - 27)]])


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
