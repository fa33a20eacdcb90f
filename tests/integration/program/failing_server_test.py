#!/usr/bin/python3
"""Servers that are killed, full, read-only or out of connections: clear messages, exit code 1, and a history that says what
is true. Each database has a server of its own for it."""
import os
import socket
import subprocess

import program
from own_server import OwnServer
from program import SERVERS, on_each


@on_each(*SERVERS, "postgresql")
class FailingServer:
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = OwnServer(cls.kind)
        cls.addClassCleanup(cls.server.wipe)
        url = f"WHIMBREL_TEST_{cls.kind.upper()}_URL"
        cls.addClassCleanup(os.environ.__setitem__, url, os.environ[url])
        os.environ[url] = cls.server.url

    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one (id INT PRIMARY KEY);")
        self.succeeds("migrate")

    def again(self, *options):
        """The server is started again with these options, and after the test without them."""
        self.server.stop()
        self.addCleanup(self.server.back_to_normal)
        self.server.start(*options)

    def sleeps(self):
        """Whether a session of our database is in the statement that waits."""
        if self.kind == "postgresql":
            return self.database.query(f"SELECT 1 FROM pg_stat_activity WHERE datname = '{self.database.name}' AND wait_event = 'PgSleep'")
        return self.database.query("SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO LIKE '%SLEEP(60)%' "
                                   f"AND DB = '{self.database.schema}' AND ID <> CONNECTION_ID()")

    @property
    def sleep(self):
        return "SELECT pg_sleep(60);" if self.kind == "postgresql" else "DO SLEEP(60);"

    def without_rights_on_the_server(self):
        """The login of an account that may do everything in the database, and nothing with the server."""
        if self.kind != "postgresql":
            return self.database.account("ALL ON {schema}.*")
        login = self.database.account("ALL ON SCHEMA {schema}")
        self.database.query(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {login[0].partition('=')[2]}")
        return login

    def assert_history(self, *rows):
        self.assertEqual([(version, success) for version, _, success in self.history()], list(rows))

    def test_killed_during_a_migration(self):
        self.scripts(V2__slow=f"INSERT INTO one VALUES (1);\nCREATE TABLE two (id INT);\nINSERT INTO one VALUES (2);\n{self.sleep}\n"
                              "INSERT INTO one VALUES (3);")
        process = self.start("-recordStatements=true", "migrate")
        self.wait_for(self.sleeps, "the statement that waits", process)
        self.addCleanup(self.server.back_to_normal)
        self.server.kill()
        run = self.finish(process)
        self.assertEqual(run.code, 1, run)
        self.assertIn("Migration V2__slow.sql failed", run.err)
        self.assertIn(self.sleep.rstrip(";"), run.err)
        self.assertRegex(run.err, "Lost connection|gone away|closed the connection|Connection reset|closed unexpectedly|terminating connection")

        self.assertIn("Unable to obtain connection from database", self.fails("info").err)
        waiting = self.start("-connectRetries=20", "-connectRetriesInterval=1", "info")
        self.wait_for(lambda: "Retrying in 1 sec" in waiting.stdout.readline(), "a first attempt to connect", waiting)
        self.server.start()
        run = self.finish(waiting)
        self.assertEqual(run.code, 0, run)
        self.assertIn("Pending", run.out)
        self.assert_history(("1", "1"))

        self.scripts(V2__slow=(self.sql / "V2__slow.sql").read_text().replace("60", "0"))
        if self.kind != "postgresql":
            self.assertIn("statements 1 to 2 took effect", self.fails("migrate").err)
            self.succeeds("repair")
        self.succeeds("-resumeFailedMigrations=true", "migrate")
        self.assert_history(("1", "1"), ("2", "1"))
        self.assertEqual(self.database.query("SELECT id FROM one ORDER BY id"), [["1"], ["2"], ["3"]])

    def hold_connections(self):
        """Takes all that the server, or our database, gives; closing them ends that."""
        if self.kind == "postgresql":
            self.database.query(f"ALTER DATABASE {self.database.quote(self.database.name)} CONNECTION LIMIT 1", database="")
            client = subprocess.Popen([*self.database.client(), self.database.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      env={**os.environ, "PGPASSWORD": self.database.password})
            self.addCleanup(program.kill, client)
            client.stdin.write(b"SELECT 'here';\n")
            client.stdin.flush()
            client.stdout.read(4)
            return [client.stdin]
        self.database.query("SET GLOBAL connect_timeout = 600", database="")
        self.database.query("SET GLOBAL max_connections = 10", database="")
        self.addCleanup(self.database.query, "SET GLOBAL max_connections = 151", database="")
        held = []
        while True:    # a connection counts as soon as the server greets it
            connection = socket.create_connection(("127.0.0.1", self.server.port))
            self.addCleanup(connection.close)
            if b"Too many connections" in connection.recv(1000):
                return held
            held.append(connection)

    def test_out_of_connections(self):
        self.scripts(V2__two="CREATE TABLE two (id INT);")
        login = self.without_rights_on_the_server()
        held = self.hold_connections()
        run = self.fails("migrate", login=login)
        self.assertIn("Unable to obtain connection from database", run.err)
        self.assertRegex(run.err, "(?i)too many connections")
        self.assertRegex(run.err, "SQL State  : (08004|HY000|53300)")
        waiting = self.start("-connectRetries=20", "-connectRetriesInterval=1", "migrate", login=login)
        self.wait_for(lambda: "Retrying in 1 sec" in waiting.stdout.readline(), "a first attempt to connect", waiting)
        for connection in held:
            connection.close()
        run = self.finish(waiting)
        self.assertEqual(run.code, 0, run)
        self.assert_history(("1", "1"), ("2", "1"))

    def assert_only_reading(self, message, login=None):
        """Nothing is written, and what only reads goes on."""
        self.scripts(V2__two="INSERT INTO one VALUES (2);\nCREATE TABLE two (id INT);")
        for _ in range(2):    # the first leaves nothing that stops the second otherwise
            run = self.fails("-recordStatements=true", "migrate", login=login)
            self.assertRegex(run.err, f"Migration V2__two.sql failed(.|\n)*{message}")
        self.assertRegex(self.fails("clean", login=login).err, message)
        self.assertRegex(self.fails("-schemas=whimbrel_never", "migrate", login=login).err, message)
        self.assertIn("Pending", self.succeeds("info", login=login).out)
        self.succeeds("validate", "-ignorePendingMigrations=true", login=login)
        self.succeeds("repair", login=login)
        self.assert_history(("1", "1"))
        self.assertEqual(self.database.query("SELECT * FROM one"), [])

    def test_read_only_as_a_replica(self):
        if self.kind == "postgresql":
            login = None
            self.server.stop()
            signal_file = self.server.folder / "data" / "standby.signal"
            signal_file.touch()
            self.addCleanup(lambda: (signal_file.unlink(missing_ok=True), self.server.back_to_normal()))
            self.server.start()
            message = "cannot execute .* (in a read-only transaction|during recovery)"
        else:
            login = self.without_rights_on_the_server()
            self.database.query("SET GLOBAL read_only = 1", database="")
            self.addCleanup(self.database.query, "SET GLOBAL read_only = 0", database="")
            message = "Error Code : 1290[^0-9](.|\n)*--read-only"
        self.assert_only_reading(message, login)

    def test_with_an_engine_that_only_reads(self):
        if self.kind != "mysql":
            self.skipTest("error 1836 is MySQL's, and Aurora's")
        self.again("--innodb-read-only=1")
        self.scripts(V2__two="CREATE TABLE two (id INT);")
        self.assertRegex(self.fails("migrate").err, "Migration V2__two.sql failed(.|\n)*Error Code : 1836(.|\n)*read-only")
        self.assert_history(("1", "1"))

    def fill(self):
        """Our database has room for a megabyte or so."""
        if self.kind == "postgresql":
            small = self.server.folder / "small"
            small.mkdir()
            done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size=1m,uid={program.NOBODY},mode=700", "none", str(small)],
                                  capture_output=True, text=True, check=False)
            if done.returncode:
                self.skipTest(f"no file system of a given size here: {done.stderr}")
            self.addCleanup(subprocess.run, ["umount", "-l", str(small)], check=True)
            self.database.query(f"CREATE TABLESPACE small LOCATION '{small}'", database="")
            self.addCleanup(self.database.query, "DROP TABLESPACE small", database="")
            self.addCleanup(self.database.drop)
            return "SET default_tablespace = small;\n"
        size = (self.server.folder / "data" / "ibdata1").stat().st_size
        self.again(f"--innodb-data-file-path=ibdata1:{size >> 20}M:autoextend:max:{(size >> 20) + 1}M", "--innodb-file-per-table=0")
        return ""

    def test_with_a_full_disk(self):
        some = "SELECT generate_series(1, 100000) AS id" if self.kind == "postgresql" else (
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT a.i * 1000 + b.i AS id FROM n a, n b")
        self.scripts(V2__big=f"{self.fill()}CREATE TABLE two (id INT, text VARCHAR(100));\nINSERT INTO one VALUES (1);\n"
                             f"INSERT INTO two SELECT id, REPEAT('x', 100) FROM ({some}) AS many;")
        run = self.fails("migrate")
        self.assertIn("Migration V2__big.sql failed", run.err)
        self.assertRegex(run.err, "SQL State  : 53100(.|\n)*No space left" if self.kind == "postgresql" else "Error Code : 1114(.|\n)*is full")
        self.assertEqual(self.database.query("SELECT * FROM one"), [])    # rolled back
        self.assert_history(*[("1", "1"), ("2", "0")][:1 if self.kind == "postgresql" else 2])
        self.scripts(V2__big="CREATE TABLE IF NOT EXISTS two (id INT);")
        self.succeeds("repair")
        self.succeeds("migrate")
        self.assert_history(("1", "1"), ("2", "1"))


if __name__ == "__main__":
    program.main()
