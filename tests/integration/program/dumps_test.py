#!/usr/bin/python3
"""Dumps of the databases' own tools run as migrations: what a dump holds arrives whole, so that the next dump is the same."""
import contextlib
import difflib
import os
import pathlib
import re
import sqlite3
import subprocess
import tempfile

import program
from program import HISTORY, ProgramTest, make_database, on_each

# Values that break whoever takes a script apart without care.
TEXTS = ["", "it's", 'say "x"', "a;b;", "C:\\dir\\", "\\", "\\'", "'; DROP TABLE hostile; --", "lines\nof\r\nall\rkinds\n",
         "\ttab\t", "-- no comment", "# nor this", "/* nor this", "*/", "/*! DROP */", "$$", "$tag$ ; $tag$", "${name}", "DELIMITER //",
         "\nDELIMITER //\n;", "\\.", "\n\\.\n", "COPY t FROM STDIN;", "BEGIN", "END;", "zoë 漢字 😀", "\ufeffmark", "\x1a\x08\x7f", "NULL",
         "\\N", "x" * 70000]
BLOBS = [b"", bytes(range(256)), b"\x00';\\\"", b"\xff\xfe--\n"]


class Dumps:
    """What is the same everywhere. Subclasses fill a database, dump it, and say which dumps there are."""

    def dump(self, database, *options):
        raise NotImplementedError

    def comes_back(self, *options, words=()):
        """A dump of the filled database, migrated into an empty one, gives that dump again."""
        script = self.script("V1__dump.sql", self.dump(self.database, *options))
        other = make_database(self.kind, pathlib.Path(tempfile.mkdtemp(dir=self.folder)))
        self.addCleanup(other.drop)
        filled, self.database = self.database, other
        try:
            run = self.succeeds("-placeholderReplacement=false", *words, "migrate")
            self.assertEqual(self.applied(), ["1"])
            self.drop_history(other)
            expected, found = [self.lines(self.dump(database, *options), database) for database in (filled, other)]
            differences = list(difflib.unified_diff(expected, found, "dumped", "migrated", n=0, lineterm=""))
            self.assertEqual(differences, [])
            self.assertGreater(len(expected), 50)
            return run
        finally:
            self.database = filled
            script.unlink()

    def drop_history(self, database):
        database.run(f"DROP TABLE {database.quote(HISTORY)};")

    def lines(self, dump, database):
        """Without what is different on purpose: times, keys and the database's name in comments."""
        return [line for line in dump.decode("latin-1").split("\n")
                if not re.match(r"-- (Dump completed|Host:|Dumping .* for database)|\\(un)?restrict ", line)]


@on_each("mariadb", "mysql")
class OnMysql(Dumps):
    def setUp(self):
        super().setUp()
        quote = self.literal
        rows = ", ".join(f"({number}, {quote(text)}, {quote(text[:100])}, 'g\\\\h', 5.50, 'x')" for number, text in enumerate(TEXTS, 1))
        blobs = ", ".join(f"(X'{blob.hex()}')" for blob in BLOBS)
        self.database.run(f"""
            CREATE TABLE parent (`id;` INT PRIMARY KEY, `it's` INT AS (`id;` * 2) STORED COMMENT 'it''s; -- "x" \\\\ /* #');
            INSERT INTO parent (`id;`) VALUES (1), (2);
            CREATE TABLE hostile (id INT PRIMARY KEY AUTO_INCREMENT, t MEDIUMTEXT, short VARCHAR(100),
              e ENUM('a;b', 'c''d', 'e"f', 'g\\\\h'), d DECIMAL(10,2) DEFAULT 1.5, `a ``name;` VARCHAR(9) DEFAULT ';\\'--',
              KEY (short(20)), CHECK (d > 0)) COMMENT 'a; ''table'' #';
            INSERT INTO hostile VALUES {rows};
            CREATE TABLE child (id INT PRIMARY KEY, up INT, moment TIMESTAMP(6) NULL, day DATE, bits BIT(5), j JSON, place GEOMETRY,
              CONSTRAINT `fk;'` FOREIGN KEY (up) REFERENCES parent (`id;`) ON DELETE CASCADE);
            INSERT INTO child VALUES (1, 1, '2024-02-29 12:00:00.123456', '0001-01-01', b'10101', '{{"a": "it\\'s; \\\\\\\\ ${{x}}"}}', ST_GeomFromText('POINT(1 2)'));
            INSERT INTO child VALUES (2, NULL, NULL, NULL, NULL, NULL, NULL);
            CREATE TABLE blobs (id INT PRIMARY KEY AUTO_INCREMENT, b LONGBLOB);
            INSERT INTO blobs (b) VALUES {blobs};
            CREATE TABLE log (what TEXT);
            CREATE TABLE `${{odd}} 漢` (`--` INT);
            CREATE VIEW seen AS SELECT id, ';' AS `semi;colon`, 'it''s -- /*' AS b, CASE WHEN id > 1 THEN 'x' ELSE 'y' END AS c FROM hostile;
            CREATE VIEW seen_again AS SELECT * FROM seen;
            DELIMITER //
            CREATE TRIGGER told AFTER INSERT ON child FOR EACH ROW
            BEGIN
              -- a comment; with 'a quote
              IF NEW.id > 100 THEN INSERT INTO log VALUES (CONCAT('it''s; ', NEW.id, " // $$ ")); END IF;
            END//
            CREATE TRIGGER told_too BEFORE UPDATE ON child FOR EACH ROW SET NEW.up = IF(NEW.up > 5, 5, NEW.up)//
            CREATE PROCEDURE count_to(IN n INT, OUT total INT)
              COMMENT 'a; "comment" ''s'
            BEGIN
              DECLARE `end` INT DEFAULT 0; # a comment; it's
              DECLARE CONTINUE HANDLER FOR NOT FOUND SET `end` = 1;
              SET total = 0;
              around: WHILE n > 0 DO
                CASE n WHEN 1 THEN SET total = total + 1; ELSE SET total = total + n; END CASE;
                SET n = n - 1;
                IF total > 1000 THEN LEAVE around; END IF;
              END WHILE around;
              REPEAT SET n = n + 1; UNTIL n > 3 END REPEAT;
            END//
            CREATE FUNCTION quoted(v TEXT) RETURNS TEXT DETERMINISTIC RETURN CONCAT('"', v, '\\';"', ' zoë 漢')//
            CREATE FUNCTION no_escapes() RETURNS TEXT DETERMINISTIC RETURN 'x'//
            CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DISABLE COMMENT 'it''s;' DO
            BEGIN
              DELETE FROM log WHERE what = 'a;b'; /* ; */
              INSERT INTO log VALUES ('done;');
            END//
            DELIMITER ;
            """)
        self.more()

    def more(self):
        if self.kind != "mariadb":
            return
        self.database.run("""
            CREATE SEQUENCE numbers START WITH 7 INCREMENT BY 3;
            SELECT NEXTVAL(numbers);
            CREATE TABLE kept (id INT, v TEXT) WITH SYSTEM VERSIONING;
            INSERT INTO kept VALUES (1, ';');
            SET sql_mode = ORACLE;
            DELIMITER //
            CREATE PACKAGE pack AS
              FUNCTION one RETURN INT;
              PROCEDURE two(v TEXT);
            END//
            CREATE PACKAGE BODY pack AS
              FUNCTION one RETURN INT AS BEGIN RETURN 1; END;
              PROCEDURE two(v TEXT) AS BEGIN INSERT INTO log VALUES (v); EXCEPTION WHEN OTHERS THEN NULL; END;
            END//
            CREATE PROCEDURE oracle_style(v INT) AS
              n INT := 0;
            BEGIN
              FOR i IN 1 .. v LOOP n := n + 1; END LOOP;
              WHILE n > 0 LOOP n := n - 1; END LOOP;
            END//
            DELIMITER ;
            """)

    def literal(self, text):
        for character, escape in (("\\", "\\\\"), ("'", "\\'"), ("\0", "\\0"), ("\x1a", "\\Z")):
            text = text.replace(character, escape)
        return f"'{text}'"

    def dumper(self):
        if self.kind == "mariadb":
            return ["mariadb-dump"]
        home = os.environ.get("WHIMBREL_TEST_MYSQL_HOME", "/var/tmp/whimbrel-tests-mysql-server")
        return [f"{home}/bin/mysqldump", "--ssl-mode=DISABLED", "--get-server-public-key"]

    def dump(self, database, *options):
        command = [*self.dumper(), f"-h{database.host}", f"-P{database.port}", f"-u{database.user}", "--protocol=tcp", "--routines", "--events",
                   "--triggers", "--hex-blob", "--skip-dump-date", *options, database.name]
        done = subprocess.run(command, capture_output=True, timeout=program.PATIENCE, env={**os.environ, "MYSQL_PWD": database.password})
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_every_form(self):
        self.comes_back()
        self.comes_back(words=["-batch=true"])
        self.comes_back("--skip-extended-insert", "--complete-insert", "--no-autocommit", "--single-transaction")
        self.comes_back("--skip-opt", "--skip-add-drop-table", "--create-options", "--skip-quote-names")
        if self.kind == "mariadb":
            self.dumper = lambda: ["mysqldump"]
        self.comes_back("--replace", "--skip-tz-utc")

    def test_blobs_that_are_no_hexadecimals_are_told(self):
        self.script("V1__dump.sql", self.dump(self.database, "--skip-hex-blob"))
        other = make_database(self.kind, self.folder)
        self.addCleanup(other.drop)
        self.database = other
        run = self.fails("-placeholderReplacement=false", "migrate")
        self.assertRegex(run.err, r"V1__dump\.sql\r?\nInput length = 1\n  What stands in line \d+ \(offset \d+, bytes .*\) is not UTF-8")


class OnPostgresql(Dumps, ProgramTest):
    kind = "postgresql"

    def setUp(self):
        super().setUp()
        rows = ", ".join(f"({number}, {self.literal(text)}, ARRAY[{self.literal(text[:100])}, NULL, ''])" for number, text in enumerate(TEXTS, 1))
        blobs = ", ".join(f"('\\x{blob.hex()}')" for blob in BLOBS)
        self.database.run(f"""
            CREATE SCHEMA "other;'s";
            CREATE EXTENSION hstore SCHEMA "other;'s";
            CREATE TYPE mood AS ENUM ('a;b', 'it''s', '\\', '"');
            CREATE DOMAIN positive AS int CHECK (VALUE > 0);
            CREATE TYPE pair AS ("a;" int, b text);
            CREATE TYPE floats AS RANGE (subtype = float8);
            CREATE SEQUENCE numbers START 7 INCREMENT 3;
            SELECT nextval('numbers');
            CREATE TABLE parent (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "it's;" int GENERATED ALWAYS AS (3 * 4) STORED);
            INSERT INTO parent DEFAULT VALUES;
            CREATE TABLE hostile (id serial PRIMARY KEY, t text DEFAULT ';''--', many text[]);
            COMMENT ON TABLE hostile IS 'a; ''table'' -- /* $$ \\';
            INSERT INTO hostile VALUES {rows};
            INSERT INTO hostile VALUES (1000, NULL, NULL);
            CREATE TABLE child (id int, up int REFERENCES parent (id), m mood, p pair, r floats, n positive, j jsonb, moment timestamptz,
              h "other;'s".hstore, n2 numeric DEFAULT nextval('numbers'));
            INSERT INTO child VALUES (1, 1, '\\', (3, 'x;"y'), '[1.5,2)', 3, '{{"a": "it''s; \\\\ ${{x}}"}}', '2024-02-29 12:00:00+00', 'a=>"b;"');
            CREATE TABLE blobs (b bytea);
            INSERT INTO blobs VALUES {blobs};
            CREATE TABLE "${{odd}} 漢;" ("--" int, "a""b" int);
            INSERT INTO "${{odd}} 漢;" VALUES (1, 2);
            CREATE TABLE no_columns ();
            INSERT INTO no_columns DEFAULT VALUES;
            CREATE TABLE parts (id int, v text) PARTITION BY RANGE (id);
            CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (10);
            CREATE TABLE parts_rest PARTITION OF parts DEFAULT;
            INSERT INTO parts VALUES (1, 'a'), (99, 'b;');
            CREATE INDEX ON hostile (lower(left(t, 10))) WHERE t <> ';''';
            CREATE VIEW seen AS SELECT id, ';' AS "semi;colon", 'it''s -- /*' AS b FROM hostile;
            CREATE MATERIALIZED VIEW stored AS SELECT * FROM seen;
            CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS $function$
              BEGIN -- a comment; it's
                EXECUTE $$ SELECT ';$x$' $$; /* ; */
                RETURN NEW;
              END $function$;
            CREATE TRIGGER told AFTER INSERT ON child FOR EACH ROW WHEN (NEW.id > 1000) EXECUTE FUNCTION told();
            CREATE FUNCTION dollars(v text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''$$;$_$'' || $1';
            CREATE FUNCTION atomic(n int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN n > 1 THEN 2 ELSE 3 END; END;
            CREATE PROCEDURE done() LANGUAGE plpgsql AS $_$ BEGIN NULL; END; $_$;
            CREATE AGGREGATE total (int) (sfunc = int4pl, stype = int, initcond = '0');
            CREATE OPERATOR === (leftarg = int, rightarg = int, function = int4eq);
            CREATE RULE kept AS ON DELETE TO parent WHERE OLD.id = 77 DO INSTEAD (UPDATE hostile SET t = ';' WHERE id = 1; SELECT 1);
            CREATE POLICY "own;" ON hostile USING (t <> 'x;''');
            ALTER TABLE hostile ENABLE ROW LEVEL SECURITY;
            """)

    def literal(self, text):
        return "'" + text.replace("'", "''") + "'"

    def dump(self, database, *options):
        command = ["pg_dump", f"-h{database.host}", f"-p{database.port}", f"-U{database.user}", *options, database.name]
        done = subprocess.run(command, capture_output=True, timeout=program.PATIENCE, env={**os.environ, "PGPASSWORD": database.password})
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_every_form(self):
        self.assertIn(b"\nCOPY public.hostile ", self.dump(self.database))
        self.comes_back()
        self.comes_back("--inserts")
        self.comes_back("--column-inserts", "--rows-per-insert=3", words=["-batch=true"])
        self.comes_back("--quote-all-identifiers", "--clean", "--if-exists", "--disable-dollar-quoting")

    def test_the_lines_that_restrict_psql(self):
        dump = self.dump(self.database)
        if not re.search(rb"^\\restrict ", dump, re.MULTILINE):    # written since 15.14
            dump = b"\\restrict 2hZbv8\n\n" + dump + b"\\unrestrict 2hZbv8\n\n"
        self.dump = lambda database, *options: dump
        self.comes_back()

    def test_in_another_encoding(self):
        """What is sent is UTF-8, whatever the dump says of itself."""
        self.database.run("UPDATE hostile SET t = 'zoë' WHERE t ~ '[漢😀\ufeff]'; UPDATE hostile SET many = NULL; DROP TABLE \"${odd} 漢;\";")
        self.assertIn(b"zo\xeb", self.dump(self.database, "--encoding=LATIN1"))
        self.comes_back("--encoding=LATIN1", words=["-encoding=ISO-8859-1"])

    def test_large_objects(self):
        self.database.run("SELECT lo_from_bytea(424242, '\\x00ff27');")
        self.comes_back("--blobs")

    def test_other_lines_for_psql_are_told(self):
        dump = self.dump(self.database)
        line = dump.count(b"\n") + 1
        self.script("V1__dump.sql", dump + b"\\connect other\n")
        self.database = make_database(self.kind, self.sql)
        self.addCleanup(self.database.drop)
        run = self.fails("-placeholderReplacement=false", "migrate")
        self.assertIn(f"The backslash at line {line} col 1 begins a command of psql", run.err)
        self.assertEqual(self.history(), [])


class OnSqlite(Dumps, ProgramTest):
    kind = "sqlite"

    def setUp(self):
        super().setUp()
        with contextlib.closing(sqlite3.connect(self.database.file)) as connection:
            connection.executescript("""
                CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, "it's;" INT AS (id * 2) STORED, CHECK (id <> ';'));
                INSERT INTO parent DEFAULT VALUES;
                CREATE TABLE hostile (id INTEGER PRIMARY KEY, t TEXT DEFAULT ';''--', b BLOB, r REAL);
                CREATE TABLE child (id INT, up INT REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED, [a;b] TEXT, `c``d;` TEXT, "e""f" TEXT);
                INSERT INTO child VALUES (1, 1, 'x;', NULL, '');
                CREATE TABLE "${odd} 漢; table" ("--" INT) /* a comment; */;
                CREATE TABLE log (what TEXT PRIMARY KEY) WITHOUT ROWID, STRICT;
                CREATE INDEX "an index;" ON hostile (lower(t)) WHERE t <> ';''';
                CREATE VIEW seen AS SELECT id, ';' AS "semi;colon", CASE WHEN id > 1 THEN 'x;' ELSE 'y' END AS c FROM hostile;
                CREATE TRIGGER told AFTER INSERT ON child WHEN NEW.id > 100
                BEGIN -- a comment; it's
                  INSERT INTO log VALUES ('it''s; ' || CASE WHEN NEW.id > 200 THEN 'END;' ELSE 'no' END);
                  UPDATE hostile SET t = 'BEGIN;' WHERE id = (SELECT CASE 1 WHEN 1 THEN -1 END);
                END;
                CREATE TRIGGER "instead;" INSTEAD OF DELETE ON seen BEGIN DELETE FROM hostile WHERE id = OLD.id; END;
                CREATE VIRTUAL TABLE words USING fts5(body);
                INSERT INTO words VALUES ('it''s; a text');
                """)
            connection.executemany("INSERT INTO hostile (t, b, r) VALUES (?, ?, 0.1)", [(text, None) for text in TEXTS] + [(None, blob) for blob in BLOBS])
            connection.commit()
            connection.execute("ANALYZE")

    def dump(self, database, *options):
        done = subprocess.run(["sqlite3", *options, database.file, ".dump"], capture_output=True, timeout=program.PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def drop_history(self, database):
        super().drop_history(database)
        database.run(f"DELETE FROM sqlite_stat1 WHERE tbl = '{HISTORY}'")

    def test_every_form(self):
        self.assertIn(b"BEGIN TRANSACTION;", self.dump(self.database))
        self.comes_back()
        self.comes_back(words=["-batch=true"])

    def test_a_dump_that_was_cut_off_leaves_nothing(self):
        dump = self.dump(self.database)
        self.assertTrue(dump.endswith(b"COMMIT;\n"))
        self.script("V1__dump.sql", dump.removesuffix(b"COMMIT;\n"))
        self.database = make_database("sqlite", self.sql)
        run = self.fails("-placeholderReplacement=false", "migrate")
        self.assertIn("The transaction that begins at line 2 col 1 has no end", run.err)
        self.assertEqual(self.database.query(f"SELECT COUNT(*) FROM sqlite_master WHERE tbl_name <> '{HISTORY}'"), [["0"]])


program.main()
