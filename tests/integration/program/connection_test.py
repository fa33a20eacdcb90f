#!/usr/bin/python3
"""Where the program connects to: several hosts, IPv6, UNIX sockets; what the session is told; and how long it waits."""
import contextlib
import pathlib
import re
import socket
import threading
import time

import program
from program import PATIENCE, SERVERS, on_each

DEAD = "127.0.0.1:1"    # no server answers there
QUICK = 15    # seconds that are surely less than what is waited for without the setting under test


class Forwarder:
    """A server's address of our own, in front of the real server; counts who comes. Or one that takes connections and
    says nothing, or ends them at once. What the program sends goes through up to `limit` bytes; then the connection is
    cut, or `stalls`: nobody takes anything from it any more."""

    def __init__(self, test, host="127.0.0.1", says="what the server says", limit=None, stalls=False):
        self.limit, self.stalls = limit, stalls
        self.target = (test.database.host, int(test.database.port))
        self.says = says
        self.count = 0
        self.open = []
        self.listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.port = self.listener.getsockname()[1]
        self.address = f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        test.addCleanup(self.stop)

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.count += 1
            self.open.append(client)
            if self.says == "goodbye":
                client.close()
            elif self.says == "what the server says":
                server = socket.create_connection(self.target)
                self.open.append(server)
                for source, sink in ((client, server), (server, client)):
                    threading.Thread(target=self.forward, args=(source, sink, self.limit if source is client else None), daemon=True).start()

    def forward(self, source, sink, limit):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
                if limit is not None and (limit := limit - len(data)) <= 0:
                    if not self.stalls:
                        source.shutdown(socket.SHUT_RDWR)
                        sink.shutdown(socket.SHUT_RDWR)
                    return
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass    # one of the two is gone

    def stop(self):
        if self.listener.fileno() < 0:
            return
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(PATIENCE)
        for connection in self.open:
            with contextlib.suppress(OSError):    # ended already
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()


LINES = 40_000


@on_each(*SERVERS, "postgresql")
class Interruptions:
    """The connection is lost, or dead, while the data of a script are on their way."""

    def setUp(self):
        super().setUp()
        self.url = self.database.url
        if self.kind == "postgresql":
            data = "COPY one FROM STDIN;\n" + "".join(f"{i}\t{'x' * 100}\n" for i in range(LINES)) + "\\.\n"
        else:
            data = "INSERT INTO one VALUES " + ",\n".join(f"({i}, '{'x' * 100}')" for i in range(LINES)) + ";\n"
        self.scripts(V1__one="CREATE TABLE one (id INT, v VARCHAR(200));\n" + data + "SELECT 1;\n")

    def fails_and_leaves_nothing(self, forwarder, properties=""):
        place = re.sub(r"//[^/]+/", f"//{forwarder.address}/", self.url)
        self.database.url = place + ("&" if "?" in place else "?") + properties if properties else place
        run = self.fails("migrate")
        forwarder.stop()
        self.assertIn("Line       : 2\n", run.err)
        self.database.url = self.url
        if self.kind == "postgresql":
            self.assertIn("08006", run.err)
            self.assertEqual(self.history(), [])
            self.assertEqual(self.database.query("SELECT to_regclass('one')"), [[None]])
        else:
            # "Gone away" or "lost", as the client notices it while it writes or while it reads.
            self.assertRegex(run.err, r"Migration V1__one.sql failed\n-+\nSQL State  : HY000\nError Code : (2006|2013)\n")
            self.assertEqual(self.database.query("SELECT COUNT(*) FROM one"), [["0"]])
            self.succeeds("clean")
        self.succeeds("migrate")
        self.assertEqual(self.database.query("SELECT COUNT(*) FROM one"), [[str(LINES)]])

    def test_a_connection_that_is_lost(self):
        self.fails_and_leaves_nothing(Forwarder(self, limit=1_000_000))

    def test_a_connection_on_which_nothing_goes_on(self):
        start = time.monotonic()
        self.fails_and_leaves_nothing(Forwarder(self, limit=1_000_000, stalls=True), f"socketTimeout={2 if self.kind == 'postgresql' else 2000}")
        self.assertLess(time.monotonic() - start, QUICK)


@on_each(*SERVERS, "postgresql")
class Connections:
    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one (id INT);")
        self.url = self.database.url

    def at(self, addresses, properties=""):
        """The URL with these addresses and properties in place of the server's own."""
        place = re.sub(r"//[^/]+/", f"//{addresses}/", self.url)
        self.database.url = place + ("&" if "?" in place else "?") + properties if properties else place

    def milliseconds(self, seconds):
        """As the driver's properties want it."""
        return seconds if self.kind == "postgresql" else seconds * 1000

    def test_the_first_host_that_answers_is_taken(self):
        silent, first, second = Forwarder(self, says="goodbye"), Forwarder(self), Forwarder(self)
        self.at(f"{DEAD},{silent.address},{first.address},{second.address}")
        self.succeeds("migrate")
        self.assertEqual((silent.count > 0, first.count > 0, second.count), (True, True, 0))
        self.assertEqual(self.applied(), ["1"])

    def test_a_refusal_is_not_asked_of_the_next_host(self):
        first, second = Forwarder(self), Forwarder(self)
        self.at(f"{first.address},{second.address}")
        self.fails("migrate", login=(f"-user={self.database.user}", "-password=not-this-one"))
        self.assertEqual(second.count, 0)

    def test_no_host_at_all(self):
        self.at(f"{DEAD},localhost:1")
        self.assertIn("Unable to obtain connection from database", self.fails("migrate").err)

    def test_ipv6(self):
        try:
            server = Forwarder(self, "::1")
        except OSError as error:
            self.skipTest(f"no IPv6 here: {error}")
        self.at(server.address)
        self.succeeds("migrate")
        self.assertGreater(server.count, 0)

    def test_a_unix_socket(self):
        folder = pathlib.Path(f"/var/tmp/whimbrel-tests-{self.kind}-{self.database.port}")
        if self.kind == "postgresql":
            self.at("", f"host={folder}&port={self.database.port}")
        else:
            self.at(DEAD, f"localSocket={folder / 'server.sock'}")
        if not folder.exists():
            self.skipTest(f"the server was not started by tests/services: no {folder}")
        self.succeeds("migrate")
        self.at("", f"{'host' if self.kind == 'postgresql' else 'localSocket'}=/nowhere")
        self.fails("info")

    def test_session_settings(self):
        if self.kind == "postgresql":
            self.at(f"{self.database.host}:{self.database.port}",
                    "options=-c%20statement_timeout=77s&ApplicationName=my%20app&currentSchema=mine")
            self.database.run("CREATE SCHEMA mine;")
            query = "SELECT current_setting('statement_timeout') || current_setting('application_name') || current_schema() AS v"
            expected = "77smy appmine"
        else:
            self.at(f"{self.database.host}:{self.database.port}", "sessionVariables=lock_wait_timeout=77,sql_mode='ANSI_QUOTES'")
            query = "SELECT CONCAT(@@lock_wait_timeout, @@sql_mode) AS v"
            expected = "77ANSI_QUOTES"
        self.scripts(V1__one=f"CREATE TABLE one AS {query};")
        self.succeeds("migrate")
        schema = "mine." if self.kind == "postgresql" else ""
        self.assertEqual(self.database.query(f"SELECT v FROM {schema}one"), [[expected]])

    def test_a_server_that_does_not_answer(self):
        silent = Forwarder(self, says="nothing")
        self.at(silent.address, f"connectTimeout={self.milliseconds(1)}&socketTimeout={self.milliseconds(2)}")
        begin = time.monotonic()
        self.fails("info")
        self.assertLess(time.monotonic() - begin, QUICK)
        self.assertGreater(silent.count, 0)

    def test_a_statement_that_takes_too_long(self):
        sleep = "pg_sleep" if self.kind == "postgresql" else "SLEEP"
        self.scripts(V1__one=f"SELECT {sleep}({PATIENCE - 1});")
        self.at(f"{self.database.host}:{self.database.port}", f"socketTimeout={self.milliseconds(1)}")
        begin = time.monotonic()
        run = self.fails("migrate")
        self.assertLess(time.monotonic() - begin, QUICK)
        self.assertIn("V1__one.sql", run.err)
        self.assertNotIn("Successfully applied", run.out)

    def test_words_of_no_meaning_are_named_once(self):
        self.at(f"{self.database.host}:{self.database.port}", "noSuchThing=1&" + ("prepareThreshold=0" if self.kind == "postgresql" else "serverTimezone=UTC"))
        run = self.succeeds("migrate", "info")
        self.assertEqual(re.findall("WARNING: .*noSuchThing.*\n", run.out),
                         ["WARNING: Connection properties that mean nothing here: noSuchThing\n"])


if __name__ == "__main__":
    program.main()
