#!/usr/bin/python3
"""Accounts that may not do everything, names that need quoting, and databases that go away."""
import program
from program import HISTORY, SERVERS, on_each


@on_each(*SERVERS)
class MissingRights:
    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one (id INT);")

    def migrated(self):
        self.succeeds("migrate")
        self.scripts(V2__two="INSERT INTO one VALUES (2);")

    def test_reading_is_enough_for_info_and_validate(self):
        self.migrated()
        reader = self.database.account("SELECT ON {schema}.*")
        self.assertIn("Pending", self.succeeds("info", login=reader).out)
        self.succeeds("validate", "-ignorePendingMigrations=true", login=reader)

    def test_a_reader_who_writes_is_told_what_is_missing(self):
        self.migrated()
        reader = self.database.account("SELECT ON {schema}.*")
        run = self.fails("migrate", login=reader)
        self.assertIn("Error Code : 1142", run.err)
        self.assertIn("INSERT command denied", run.err)
        self.assertEqual(self.applied(), ["1"])
        self.assertEqual(self.database.query("SELECT * FROM one"), [])
        self.scripts(V1__one="CREATE TABLE one (id INT); -- changed")
        self.assertIn("UPDATE command denied", self.fails("repair", login=reader).err)
        self.assertIn("DROP command denied", self.fails("clean", login=reader).err)
        self.assertEqual(self.applied(), ["1"])

    def test_without_create_there_is_no_history_table_and_the_statement_is_shown(self):
        writer = self.database.account("SELECT, INSERT, UPDATE, DELETE ON {schema}.*")
        for command in ("migrate", "baseline"):
            run = self.fails(command, login=writer)
            self.assertIn("CREATE command denied", run.err)
            self.assertIn("Statement  : CREATE TABLE", run.err)
        self.assertEqual(self.database.query("SHOW TABLES"), [])

    def test_without_the_right_to_create_schemas_the_missing_one_is_named(self):
        name = self.database.schema + "_new"
        writer = self.database.account("ALL ON {schema}.*")
        run = self.fails(f"-schemas={name}", "migrate", login=writer)
        self.assertIn(name, run.err)
        self.assertIn("Error Code : 1044", run.err)
        self.assertEqual(self.database.query(f"SHOW DATABASES LIKE '{name}'"), [])

    def test_without_drop_clean_fails_and_loses_nothing(self):
        self.migrated()
        writer = self.database.account("SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX ON {schema}.*")
        run = self.fails("clean", login=writer)
        self.assertIn("Unable to clean schema", run.err)
        self.assertIn("DROP command denied", run.err)
        self.assertEqual(self.applied(), ["1"])
        self.succeeds("migrate", login=writer)
        self.assertEqual(self.applied(), ["1", "2"])

    def test_without_any_right_on_the_schema_the_connection_is_refused(self):
        stranger = self.database.account()
        for command in ("info", "validate", "migrate", "repair", "baseline", "clean"):
            run = self.fails(command, login=stranger)
            self.assertIn("Unable to obtain connection from database", run.err)
            self.assertIn("Error Code : 1044", run.err)

    def test_without_any_right_on_a_listed_schema_it_is_named(self):
        self.migrated()
        self.database.also_drop.append(self.database.schema + "_other")
        self.database.query(f"CREATE DATABASE {self.database.schema}_other")
        stranger = self.database.account("USAGE ON *.*")
        self.database.url = self.database.url_of("")
        for command in ("migrate", "baseline"):
            run = self.fails(f"-schemas={self.database.schema}_other", command, login=stranger)
            self.assertIn(f"{self.database.schema}_other", run.err)
        self.succeeds(f"-schemas={self.database.schema}_other", "info", login=stranger)

    def test_a_write_that_only_the_history_refuses_leaves_no_untold_change(self):
        self.migrated()
        half = self.database.account("SELECT ON {schema}.*", "INSERT ON {schema}.one")
        run = self.fails("migrate", login=half)
        self.assertIn("Unable to insert row for version '2'", run.err)
        self.assertEqual(self.applied(), ["1"])
        self.assertEqual(self.database.query("SELECT * FROM one"), [])    # rolled back together


@on_each(*SERVERS)
class DatabaseDroppedInTheMiddle:
    def test_by_the_migration_itself(self):
        self.scripts(V1__one="CREATE TABLE one (id INT);",
                     V2__drop=f"DROP DATABASE {self.database.quote(self.database.schema)};", V3__after="SELECT 1;")
        run = self.fails("migrate")
        self.assertIn("Unable to insert row for version '2'", run.err)
        self.assertNotIn("version \"3", run.out)
        self.assertEqual(self.database.query(f"SHOW DATABASES LIKE '{self.database.schema}'", database=""), [])

    def test_and_made_anew_without_a_history(self):
        name = self.database.quote(self.database.schema)
        self.scripts(V1__one="CREATE TABLE one (id INT);", V2__anew=f"DROP DATABASE {name}; CREATE DATABASE {name};")
        run = self.fails("migrate")
        self.assertIn("Unable to insert row for version '2'", run.err)
        self.scripts(V2__anew="SELECT 1;")
        self.succeeds("migrate")
        self.assertEqual(self.applied(), ["1", "2"])

    def test_the_history_table_dropped_by_a_migration(self):
        self.scripts(V1__one="CREATE TABLE one (id INT);", V2__drop=f"DROP TABLE {HISTORY};")
        run = self.fails("migrate")
        self.assertIn("Unable to insert row for version '2'", run.err)


ODD_NAMES = ["with blank", "dot.ted", "back`tick", "quo\"te", "apo'strophe", "per%cent_", "semi;colon", "Ünï-çødé", "表", "a" * 64,
             "back\\slash", "#hash --dash", "select"]


@on_each(*SERVERS)
class OddNames:
    def test_of_schemas(self):
        self.scripts(V1__one="CREATE TABLE one (id INT); INSERT INTO one VALUES (1);", V2__view="CREATE VIEW v AS SELECT * FROM one;")
        self.database.url = self.database.url_of("")
        for odd in ODD_NAMES:
            name = (self.database.schema + odd)[-64:]
            self.database.also_drop.append(name)
            config = self.folder / "odd.conf"
            config.write_text(f"flyway.schemas={name}\n")
            with self.subTest(name):
                run = self.succeeds(f"-configFiles={config}", "migrate", "validate", "info", "repair")
                self.assertIn(f"Creating schema {self.database.quote(name)} ...", run.out)
                self.assertEqual(self.database.query("SELECT id FROM v", database=name), [["1"]])
                self.succeeds(f"-configFiles={config}", "clean")
                self.assertNotIn([name], self.database.query("SHOW DATABASES", database=""))

    def test_of_history_tables(self):
        self.scripts(V1__one="SELECT 1;")
        for odd in [name for name in ODD_NAMES if len(name) < 60]:
            with self.subTest(odd):
                self.succeeds(f"-table={odd}", "-baselineOnMigrate=true", "-baselineVersion=0", "migrate", "validate", "info")
                self.assertIn([odd], self.database.query("SHOW TABLES"))

    def test_of_four_bytes_are_refused_by_the_server_and_lose_nothing(self):
        self.scripts(V1__one="SELECT 1;")
        self.fails(f"-schemas={self.database.schema}🐦", "migrate")
        self.fails("-table=🐦", "migrate")
        self.assertEqual(self.database.query("SHOW TABLES"), [])
        self.assertEqual(self.database.query(f"SHOW DATABASES LIKE '{self.database.schema}_%'", database=""), [])

    def test_that_are_too_long_are_refused(self):
        self.scripts(V1__one="SELECT 1;")
        self.assertIn("x" * 65, self.fails(f"-schemas={'x' * 65}", "migrate").err)
        self.fails(f"-table={'x' * 65}", "migrate")
        self.succeeds(f"-table={'x' * 58}", "migrate")    # its index takes all of the 64 characters


@on_each("sqlite")
class OddNamesOnSqlite:
    def test_of_history_tables(self):
        self.scripts(V1__one="SELECT 1;")
        for odd in [*ODD_NAMES, "🐦", "x" * 300]:
            with self.subTest(odd):
                self.succeeds(f"-table={odd}", "-baselineOnMigrate=true", "-baselineVersion=0", "migrate", "validate", "info")
                self.assertIn([odd], self.database.query("SELECT name FROM sqlite_master"))

    def test_of_database_files(self):
        self.scripts(V1__one="CREATE TABLE one (id INT);")
        for odd in ["with blank.db", "Ünï🐦.db", "quo'te\".db", "per%20cent.db", "hash#.db"]:
            with self.subTest(odd):
                self.database.url = f"jdbc:sqlite:{self.folder}/{odd}"
                self.succeeds("migrate", "validate")
                self.assertTrue((self.folder / odd).exists(), sorted(self.folder.iterdir()))


if __name__ == "__main__":
    program.main()
