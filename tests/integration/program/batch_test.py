#!/usr/bin/python3
"""batch=true: many statements in one message to the server, with the same effect and the same output as one by one."""
import contextlib
import re
import socket
import threading

import program
from program import ProgramTest, on_each

SERVERS = ("mariadb", "mysql", "postgresql")


class Relay:
    """Passes bytes between the tool and its server, and counts the pieces in which they come from the tool."""

    def __init__(self, host, port):
        self.server = (host, port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.pieces = 0
        self.sockets = [self.listener]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(self.server)
                self.sockets += [client, server]
                for source, target, counts in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self.pass_on, args=(source, target, counts), daemon=True).start()

    def pass_on(self, source, target, counts):
        with contextlib.suppress(OSError):
            while piece := source.recv(1 << 20):
                self.pieces += counts
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)

    def close(self):
        for each in self.sockets:
            each.close()


def comparable(text):
    return re.sub(r"\d\d:\d\d\.\d\d\ds|batch -> .*|\(conn=\d+\)", "…", text)


@on_each("sqlite", *SERVERS)
class Batch:
    """Whatever a script does, the two ways to send it must leave and say the same."""

    def setUp(self):
        super().setUp()
        self.rows = ["CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(50));"]

    def both(self, text, *words, run="succeeds", look="SELECT * FROM t ORDER BY id"):
        """The runs without and with batch, each from an empty database."""
        seen = []
        for batch in ("false", "true"):
            self.succeeds("clean")
            self.script("V1__a.sql", text)
            done = getattr(self, run)(f"-batch={batch}", "migrate", *words)
            seen.append((comparable(done.out), comparable(done.err), self.database.query(look), self.history()))
        self.assertEqual(seen[0], seen[1])
        return done

    def test_rows_counts_and_results_are_the_same(self):
        text = "\n".join(self.rows + [f"INSERT INTO t VALUES ({i}, 'row {i}'); -- {i}" for i in range(2500)]) + """
            UPDATE t SET v = 'changed' WHERE id < 10;
            SELECT COUNT(*) FROM t WHERE v = 'changed';
            DELETE FROM t WHERE id >= 2000 -- the last ones; or so
            ;
            /* before */ INSERT INTO t /* inside; */ VALUES (5000, 'a;b --
            c''d') -- behind
            ; INSERT INTO t VALUES (5001, 'no end of line')"""
        run = self.both(text, "-X")
        self.assertEqual(run.out.count("Executing SQL: "), 2506)
        self.assertIn("DEBUG: 10 rows affected", run.out)
        self.assertEqual(self.database.query("SELECT COUNT(*) FROM t"), [["2002"]])

    def test_an_error_names_its_line_and_what_was_before_it(self):
        good = [f"INSERT INTO t VALUES ({i}, 'row {i}');" for i in range(1500)]
        for bad, where in (("INSERT INTO t VALUES (7,\n 'again');", "INSERT INTO t VALUES (7"),
                           ("INSERT INTO nowhere VALUES (1);", "INSERT INTO nowhere"),
                           ("INSERT INTO t VALUE S (1, 2);", "INSERT INTO t VALUE S")):
            for at in (0, 1499):
                text = "\n".join(self.rows + good[:at] + (["INSERT INTO t VALUES (7, 'first');"] if at < 8 else []) + [bad] + good[at:])
                transactional = self.kind in ("sqlite", "postgresql")
                table = self.database.quote(program.HISTORY)
                run = self.both(text, run="fails",
                                look=f"SELECT COUNT(*) FROM {table}" if transactional else "SELECT * FROM t ORDER BY id")
                self.assertIn(f"Line       : {at + 2 + (at < 8)}\nStatement  : {where}", run.err)

    def test_a_script_without_transaction_keeps_what_ran_before_the_error(self):
        self.script("V1__a.sql.conf", "executeInTransaction=false")
        self.both("\n".join(self.rows + ["INSERT INTO t VALUES (1, 'a');", "INSERT INTO t VALUES (1, 'b');", "INSERT INTO t VALUES (2, 'c');"]),
                  run="fails")
        self.assertEqual(self.database.query("SELECT * FROM t"), [["1", "a"]])

    def test_callbacks_around_statements_run_around_each(self):
        self.succeeds("clean")
        self.scripts(beforeEachMigrateStatement="INSERT INTO calls VALUES ('before');",
                     afterEachMigrateStatement="INSERT INTO calls VALUES ('after');",
                     beforeMigrate="CREATE TABLE calls (what VARCHAR(9));",
                     V1__a="\n".join(self.rows + ["INSERT INTO t VALUES (1, 'a');", "INSERT INTO t VALUES (2, 'b');"]))
        self.succeeds("-batch=true", "migrate")
        self.assertEqual(self.database.query("SELECT what, COUNT(*) FROM calls GROUP BY what ORDER BY what"), [["after", "3"], ["before", "3"]])


@on_each("sqlite", "mariadb", "postgresql")    # MySQL has no INSERT … RETURNING
class BatchWithRows:
    def test_large_answers_do_not_stop_it(self):
        value = {"sqlite": "printf('%.*c', 30000, 'x')"}.get(self.kind, "REPEAT('x', 30000)")
        self.scripts(V1__a="CREATE TABLE t (id INT PRIMARY KEY, v TEXT);" +
                     "".join(f"INSERT INTO t VALUES ({i}, {value}) RETURNING id, v;" for i in range(300)))
        run = self.succeeds("-batch=true", "migrate")
        self.assertEqual(run.out.count("x" * 30000), 300)


@on_each(*SERVERS)
class BatchOnServers:
    def test_many_statements_go_in_few_messages(self):
        host, port = re.search(r"//([^:/]+):(\d+)", self.database.url).groups()
        relay = Relay(host, int(port))
        self.addCleanup(relay.close)
        self.database.url = self.database.url.replace(f"//{host}:{port}", f"//127.0.0.1:{relay.port}")
        self.scripts(V1__a="CREATE TABLE t (id INT PRIMARY KEY);\n" + "".join(f"INSERT INTO t VALUES ({i});\n" for i in range(2000)))
        self.succeeds("-batch=true", "migrate")
        self.assertLess(relay.pieces, 200)
        self.scripts(V2__b="CREATE TABLE u (id INT PRIMARY KEY);\n" + "".join(f"INSERT INTO u VALUES ({i});\n" for i in range(2000)))
        relay.pieces = 0
        self.succeeds("-batch=false", "migrate")
        self.assertGreaterEqual(relay.pieces, 2000)


@on_each("mariadb", "mysql")
class BatchOnMysql:
    def test_functions_on_the_statement_before(self):
        for batch in ("false", "true"):
            self.succeeds("clean")
            self.scripts(V1__a="""CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v INT);
                INSERT INTO t (v) VALUES (1), (2), (3);
                UPDATE t SET v = v + 1;
                INSERT INTO t (v) VALUES (ROW_COUNT());
                INSERT INTO t (v) VALUES (LAST_INSERT_ID());""")
            self.succeeds(f"-batch={batch}", "migrate")
            self.assertEqual(self.database.query("SELECT v FROM t ORDER BY id"), [["2"], ["3"], ["4"], ["3"], ["4"]])

    def test_warnings_are_counted_and_then_told(self):
        self.scripts(V1__a="CREATE TABLE t (v TINYINT);\nSET sql_mode = '';\n" + "INSERT INTO t VALUES (1000);\n" * 1010)
        run = self.succeeds("-batch=true", "migrate")
        self.assertIn("WARNING: DB: 1 warning(s), of which a batch brings the number only", run.out)
        self.assertEqual(run.out.count("Out of range value"), 11)    # of the last in the batch, and of those behind it

    def test_backslashes_mean_what_the_mode_says(self):
        self.scripts(V1__a="""CREATE TABLE t (id INT, v VARCHAR(90));
            SET sql_mode = 'NO_BACKSLASH_ESCAPES';
            INSERT INTO t VALUES (1, 'C:\\');
            INSERT INTO t VALUES (2, 'b');
            INSERT INTO t VALUES (3, 'D:\\');""")
        self.fails("-batch=true", "migrate")    # as one by one: the splitter does not know the mode
        self.assertEqual(self.database.query("SELECT * FROM t"), [])


class BatchOnPostgresql(ProgramTest):
    kind = "postgresql"

    def test_notices_of_a_batch(self):
        self.scripts(V1__a="""CREATE TABLE t (id INT);
            CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
              BEGIN RAISE NOTICE 'row %', NEW.id; RAISE WARNING 'beware %', NEW.id; RETURN NEW; END $$;
            CREATE TRIGGER told BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tell();
            INSERT INTO t VALUES (1);
            INSERT INTO t VALUES (2);""")
        run = self.succeeds("-batch=true", "migrate")
        self.assertIn("DB: row 1\nWARNING: DB: beware 1 (SQL State: 01000 - Error Code: 0)\nDB: row 2\n", run.out)

    def test_a_connection_that_is_lost_in_a_batch(self):
        self.scripts(V1__a="CREATE TABLE t (id INT);\n" + "INSERT INTO t VALUES (1);\n" * 5 +
                     "INSERT INTO t SELECT 1 FROM pg_terminate_backend(pg_backend_pid());\n" + "INSERT INTO t VALUES (1);\n" * 50)
        run = self.fails("-batch=true", "migrate")
        self.assertIn("Line       : 7\n", run.err)
        self.assertIn("terminating connection due to administrator command", run.err)


program.main()
