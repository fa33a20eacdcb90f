#!/usr/bin/python3
"""dryRunOutput: the database stays as it is, and the file, run by the database's own client, does what migrate would have."""
import os
import stat

import program
from program import SERVERS, ProgramTest, on_each

PROCEDURE = {
    "sqlite": "CREATE TRIGGER later AFTER INSERT ON one BEGIN UPDATE one SET v = 'x;y' WHERE id = 7; END;",
    "postgresql": "CREATE FUNCTION later() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; RETURN 2; END $$;",
    "mysql": "DELIMITER $$\nCREATE PROCEDURE later() BEGIN SELECT 1; SELECT '$$;'; END\n$$\n".replace("'$$;'", "'a;b'"),
}
PROCEDURE["mariadb"] = PROCEDURE["mysql"]
LATIN = "Zoë 漢"


@on_each("sqlite", *SERVERS, "postgresql")
class DryRun:
    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one (id INT, v VARCHAR(20)); -- a comment\nINSERT INTO one VALUES (1, '${who}');",
                     V2__code=PROCEDURE[self.kind], V3__more=f"INSERT INTO one VALUES (3, '{LATIN}'); -- the end", R__view="CREATE VIEW v AS SELECT v FROM one",
                     U3__more="DELETE FROM one WHERE id = 3;", afterMigrate="INSERT INTO one VALUES (9, 'callback');")
        if self.kind == "postgresql":
            self.script("V4__copy.sql", "COPY one FROM STDIN;\n4\tcopied\n\\.\n")
        self.output = self.folder / "plan/dry.sql"

    def rehearse(self, *words):
        return self.succeeds("-placeholders.who=me", f"-dryRunOutput={self.output}", *words)

    def what_is_there(self):
        return (self.database.query("SELECT id, v FROM one ORDER BY id"),
                self.history("installed_rank, version, description, type, script, checksum, CASE WHEN success THEN 1 ELSE 0 END"))

    def nothing_is_there(self):
        tables = "sqlite_master" if self.kind == "sqlite" else "information_schema.tables"
        owned = "1 = 1" if self.kind == "sqlite" else f"table_schema = '{self.database.schema}'"
        self.assertEqual(self.database.query(f"SELECT * FROM {tables} WHERE {owned}"), [])

    def test_the_file_does_what_migrate_does(self):
        run = self.rehearse("migrate")
        self.assertIn(f"Dry run: nothing was changed, the SQL is in {self.output}\n", run.out)
        self.assertNotIn("Successfully applied", run.out)
        self.nothing_is_there()
        self.assertEqual(stat.S_IMODE(self.output.stat().st_mode), 0o600)
        self.database.run(self.output.read_text())
        by_file = self.what_is_there()
        self.succeeds("-placeholders.who=me", "validate")
        other = program.make_database(self.kind, self.folder / "sql")
        self.addCleanup(other.drop)
        self.database, before = other, self.database
        self.succeeds("-placeholders.who=me", "migrate")
        self.assertEqual(self.what_is_there(), by_file)
        self.database = before

    def test_only_what_is_pending(self):
        self.succeeds("-placeholders.who=me", "-target=2", "-skipDefaultCallbacks=true", "migrate")
        before = self.what_is_there()
        self.rehearse("migrate")
        self.assertEqual(self.what_is_there(), before)
        text = self.output.read_text()
        self.assertNotIn("'V1__one.sql'", text)
        self.assertIn("'V3__more.sql'", text)
        self.database.run(text)
        self.succeeds("-placeholders.who=me", "validate")

    def test_undo(self):
        self.succeeds("-placeholders.who=me", "-target=3", "migrate")
        before = self.what_is_there()
        self.rehearse("undo")
        self.assertEqual(self.what_is_there(), before)
        self.database.run(self.output.read_text())
        self.assertNotIn("3", [row[0] for row in self.database.query("SELECT id FROM one")])
        self.assertEqual(self.history("type")[-1], ["UNDO_SQL"])

    def test_a_baseline_on_the_way(self):
        self.database.run("CREATE TABLE older (id INT);")
        self.rehearse("-baselineOnMigrate=true", "-baselineVersion=0", "migrate")
        self.database.run(self.output.read_text())
        self.assertEqual(self.history("type")[0], ["BASELINE"])
        self.succeeds("-placeholders.who=me", "validate")

    def test_no_file_when_something_is_wrong(self):
        self.scripts(V5__bad="SELECT '${unknown}';")
        self.fails("-placeholders.who=me", f"-dryRunOutput={self.output}", "migrate")
        self.assertEqual(list(self.output.parent.iterdir()), [])
        self.nothing_is_there()

    def test_json_says_it(self):
        document = self.rehearse("-outputType=json", "migrate").json
        self.assertIn("Dry run", document["warnings"][0])
        self.nothing_is_there()


class Refused(ProgramTest):
    def test_commands_that_cannot_be_rehearsed(self):
        self.scripts(V1__one="CREATE TABLE one (id INT);")
        for command in ("clean", "baseline", "repair"):
            self.assertIn(f"dryRunOutput can't be used with {command}", self.fails("-dryRunOutput=dry.sql", "migrate", command).err)
        self.assertFalse(self.database.file.exists())

    def test_programs(self):
        self.script("V1__run.sh", "touch ran\n")
        self.assertIn("V1__run.sh is a program", self.fails("-scriptMigrations=true", "-dryRunOutput=dry.sql", "migrate").err)
        self.assertFalse((self.folder / "ran").exists())

    def test_a_file_that_cannot_be_written(self):
        for output in (self.sql, "/dev/null/x.sql", "s3://bucket/x.sql"):
            self.assertIn("dryRunOutput", self.fails(f"-dryRunOutput={output}", "migrate").err)
        self.assertFalse(self.database.file.exists())

    def test_what_is_no_file_stays_what_it_is(self):
        self.scripts(V1__one="CREATE TABLE one (id INT);")
        full, link, target = self.folder / "full", self.folder / "link", self.folder / "target"
        full.symlink_to("/dev/full")
        link.symlink_to(target)
        self.assertIn("No space left on device", self.fails(f"-dryRunOutput={full}", "migrate").err)
        self.succeeds(f"-dryRunOutput={link}", "migrate")
        self.assertTrue(full.is_symlink() and link.is_symlink())
        self.assertIn("CREATE TABLE one", target.read_text())
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        process = self.start(f"-dryRunOutput={pipe}", "migrate")
        self.assertIn("CREATE TABLE one", pipe.read_text())
        self.assertEqual(self.finish(process).code, 0)


del ProgramTest

if __name__ == "__main__":
    program.main()
