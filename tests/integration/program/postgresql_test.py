#!/usr/bin/python3
"""What only PostgreSQL has: where libpq looks for logins, and every kind of object that clean drops."""
import os
import pathlib

import program
from program import ProgramTest


class Logins(ProgramTest):
    """A user of psql has a password file, or a service file, or a folder of sockets."""
    kind = "postgresql"

    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one AS SELECT current_user AS who;")
        self.home = self.folder / "home"
        self.home.mkdir()
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"HOME": str(self.home)}

    def write(self, name, text):
        path = self.home / name
        path.write_text(text)
        path.chmod(0o600)
        return path

    def logs_in(self, url=None, login=(), **environment):
        self.database.url = url or self.database.url
        self.succeeds("migrate", login=login, env={**self.environment, **environment})
        self.assertEqual(self.database.query("SELECT who FROM one"), [[self.database.user]])
        self.succeeds("clean", login=login, env={**self.environment, **environment})

    def test_a_password_file(self):
        database = self.database
        self.write(".pgpass", f"elsewhere:*:*:*:wrong\n{database.host}:{database.port}:{database.name}:{database.user}:{database.password}\n")
        self.logs_in(login=(f"-user={database.user}",))
        self.logs_in(login=(), PGUSER=database.user)
        moved = (self.home / ".pgpass").rename(self.home / "moved")
        self.logs_in(login=(f"-user={database.user}",), PGPASSFILE=str(moved))
        moved.chmod(0o644)    # libpq ignores one that others can read
        run = self.run_tool("migrate", login=(f"-user={database.user}",), env={**self.environment, "PGPASSFILE": str(moved)})
        self.assertEqual(run.code, 1)
        self.assertIn("has group or world access", run.err)
        self.assertIn("The server requested a password, but none was provided", run.err)

    def test_a_service_file(self):
        database = self.database
        service = self.write(".pg_service.conf", f"[other]\nhost=nowhere\n[app]\nhost={database.host}\nport={database.port}\n"
                                                 f"dbname={database.name}\nuser={database.user}\npassword={database.password}\n")
        for url in ("jdbc:postgresql:///?service=app", "jdbc:postgresql:?service=app", "postgresql:///?service=app"):
            self.logs_in(url)
        self.logs_in("jdbc:postgresql:", PGSERVICE="app")
        moved = service.rename(self.home / "moved")
        self.logs_in("jdbc:postgresql:", PGSERVICE="app", PGSERVICEFILE=str(moved))
        # What the URL says goes before the service.
        self.database.url = f"jdbc:postgresql://127.0.0.1:1/{database.name}?service=app"
        self.assertIn("127.0.0.1", self.fails("migrate", login=(), env={**self.environment, "PGSERVICEFILE": str(moved)}).err)
        self.database.url = "jdbc:postgresql:///?service=nope"
        self.assertIn('"nope" not found', self.fails("migrate", login=(), env={**self.environment, "PGSERVICEFILE": str(moved)}).err)

    def test_a_socket_and_a_password_of_the_environment(self):
        folder = pathlib.Path(f"/var/tmp/whimbrel-tests-postgresql-{self.database.port}")
        if not folder.exists():
            self.skipTest(f"the server was not started by tests/services: no {folder}")
        login = (f"-user={self.database.user}",)
        self.logs_in(login=login, PGPASSWORD=self.database.password)
        encoded = str(folder).replace("/", "%2F")
        for url in (f"jdbc:postgresql://{encoded}:{self.database.port}/{self.database.name}",
                    f"postgresql:///{self.database.name}?host={folder}&port={self.database.port}"):
            self.logs_in(url, login=login)


class Clean(ProgramTest):
    kind = "postgresql"
    EVERYTHING = """
        CREATE TABLE parent (id serial PRIMARY KEY, child int);
        CREATE TABLE child (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent int REFERENCES parent (id), twice int GENERATED ALWAYS AS (3 * 2) STORED);
        ALTER TABLE parent ADD FOREIGN KEY (child) REFERENCES child (id);
        CREATE TABLE heir () INHERITS (parent);
        CREATE TABLE parts (id int, v text) PARTITION BY RANGE (id);
        CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (10) PARTITION BY LIST (v);
        CREATE TABLE parts_1_a PARTITION OF parts_1 FOR VALUES IN ('a');
        CREATE TABLE parts_rest PARTITION OF parts DEFAULT;
        CREATE UNLOGGED TABLE quick (id int);
        CREATE TABLE "odd ""name"" with' ; ünï.dots" (id int);
        CREATE INDEX an_index ON child (parent);
        CREATE STATISTICS some_statistics ON id, parent FROM child;
        CREATE VIEW first_view AS SELECT * FROM parent;
        CREATE VIEW a_view_on_a_view AS SELECT * FROM first_view;
        CREATE MATERIALIZED VIEW stored AS SELECT * FROM a_view_on_a_view;
        CREATE MATERIALIZED VIEW stored_again AS SELECT * FROM stored;
        CREATE SEQUENCE numbers;
        CREATE TABLE numbered (id int DEFAULT nextval('numbers'));
        CREATE TYPE mood AS ENUM ('good', 'bad');
        CREATE TYPE pair AS (a int, m mood);
        CREATE DOMAIN positive AS int CHECK (VALUE > 0);
        CREATE DOMAIN more_positive AS positive CHECK (VALUE > 1);
        CREATE TYPE floats AS RANGE (subtype = float8, multirange_type_name = many_floats);
        CREATE TYPE shell;
        CREATE TABLE typed (m mood[], p pair, d more_positive, r floats, s many_floats);
        CREATE FUNCTION odd(a int, OUT b int, VARIADIC c int[] DEFAULT '{}') LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION odd(a text) RETURNS text LANGUAGE sql AS 'SELECT $1';
        CREATE FUNCTION of_type(m mood, p positive) RETURNS SETOF parent LANGUAGE sql AS 'SELECT * FROM parent';
        CREATE PROCEDURE "odd ""procedure"(a int, INOUT b int) LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
        CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE TRIGGER touched BEFORE INSERT ON child FOR EACH ROW EXECUTE FUNCTION touched();
        CREATE AGGREGATE total (int) (sfunc = int4pl, stype = int, initcond = '0');
        CREATE AGGREGATE disc (float8 ORDER BY anyelement) (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra);
        CREATE OPERATOR === (leftarg = int, rightarg = int, function = int4eq);
        CREATE OPERATOR CLASS odd_class FOR TYPE int USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(int);
        CREATE OPERATOR FAMILY odd_family USING btree;
        CREATE COLLATION odd_collation (provider = icu, locale = 'de-u-co-phonebk');
        CREATE CONVERSION odd_conversion FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
        CREATE TEXT SEARCH DICTIONARY odd_dictionary (template = simple);
        CREATE TEXT SEARCH CONFIGURATION odd_configuration (COPY = simple);
        CREATE CAST (pair AS text) WITH INOUT;
        CREATE RULE kept AS ON DELETE TO quick DO INSTEAD NOTHING;
        CREATE POLICY own ON quick USING (id > 0);
        """
    FOREIGN = """
        CREATE EXTENSION file_fdw;
        CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
        CREATE FOREIGN TABLE far (line text) SERVER files OPTIONS (filename '/etc/hostname');
        CREATE VIEW seen_from_far AS SELECT * FROM far;
        """

    def left(self):
        """All that depends on the schema, whatever its kind, but for the parts of extensions."""
        return self.database.query("""
            SELECT pg_describe_object(classid, objid, objsubid) FROM pg_depend member
            WHERE refclassid = 'pg_namespace'::regclass AND refobjid = 'public'::regnamespace AND NOT EXISTS
              (SELECT 1 FROM pg_depend WHERE classid = member.classid AND objid = member.objid AND deptype = 'e')""")

    def test_leaves_nothing(self):
        self.scripts(V1__all=self.EVERYTHING, V2__foreign=self.FOREIGN,
                     V3__extensions="CREATE EXTENSION hstore; CREATE TABLE stored_hashes (h hstore); CREATE EXTENSION citext;")
        for _ in range(2):
            self.succeeds("migrate")
            self.assertGreater(len(self.left()), 40)
            self.assertIn("Successfully cleaned schema", self.succeeds("clean").out)
            self.assertEqual(self.left(), [])
            self.database.query("DROP EXTENSION IF EXISTS file_fdw CASCADE")

    def test_an_extension_of_another_stays_with_what_it_needs(self):
        self.database.query("CREATE EXTENSION hstore")
        login = self.database.account("ALL ON SCHEMA {schema}")
        self.database.query(f"GRANT ALL ON DATABASE {self.database.name} TO {login[0].partition('=')[2]}")
        self.addCleanup(self.database.query, f"DROP OWNED BY {login[0].partition('=')[2]}")
        self.scripts(V1__one="CREATE TABLE one (h hstore);")
        self.succeeds("migrate", login=login)
        self.succeeds("clean", login=login)
        self.assertEqual(self.left(), [["extension hstore"]])

    def test_with_references_from_another_schema(self):
        self.scripts(V1__two="CREATE SCHEMA other; CREATE TYPE mood AS ENUM ('a'); CREATE TABLE parent (id int PRIMARY KEY);"
                             "CREATE TABLE other.child (id int REFERENCES parent (id), m mood); CREATE VIEW other.seen AS SELECT * FROM parent;")
        self.succeeds("migrate", "clean")
        self.assertEqual(self.left(), [])
        self.assertEqual(self.database.query("SELECT table_name FROM information_schema.tables WHERE table_schema = 'other'"), [["child"]])


program.main()
