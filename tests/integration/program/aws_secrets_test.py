#!/usr/bin/python3
"""Secrets of AWS in the configuration, and logins with them and with IAM tokens."""
import json
import pathlib
import socket
import ssl
import struct
import tempfile
import threading
import unittest

import program
from aws import Aws
from program import PATIENCE, ProgramTest, on_each, passwords
from tls_test import HOST, make_certificates, packet

HIDDEN = 'Hide"Me\\77'


def setUpModule():
    global certificates
    folder = tempfile.TemporaryDirectory(prefix="whimbrel-")
    unittest.addModuleCleanup(folder.cleanup)
    certificates = pathlib.Path(folder.name)
    make_certificates(certificates)


class WithAws:
    def setUp(self):
        super().setUp()
        self.aws = Aws(self)
        self.aws.root.mkdir(exist_ok=True)
        self.env = self.aws.environment()

    def store(self, secrets=None, parameters=None):
        texts = {name: text if isinstance(text, str) else json.dumps(text) for name, text in (secrets or {}).items()}
        (self.aws.root / "secrets.json").write_text(json.dumps(texts))
        (self.aws.root / "parameters.json").write_text(json.dumps(parameters or {}))

    def asked(self):
        return sum(request.startswith("POST / ") for request in self.aws.requests)


class ReferencesTest(WithAws, ProgramTest):
    def setUp(self):
        super().setUp()
        passwords.update({HIDDEN, json.dumps(HIDDEN)[1:-1]})
        self.store({"app/db.main": {"password": HIDDEN, "port": 3306}}, {"/app/a.b": "x } y"})
        self.scripts(V1__a="CREATE TABLE t (x TEXT); INSERT INTO t VALUES ('${p}');")

    def value(self, *words):
        self.succeeds(*words, "migrate", env=self.env)
        return self.database.query("SELECT x FROM t")[0][0]

    def test_in_a_conf_file_an_argument_and_a_variable(self):
        (self.folder / "a.conf").write_text("flyway.placeholders.p=<${secretsmanager:app/db.main#port}>\n")
        self.assertEqual(self.value("-configFiles=a.conf"), "<3306>")

    def test_in_toml(self):
        (self.folder / "a.toml").write_text('[flyway.placeholders]\np = "${ssm:/app/a.b}"\n')
        self.assertEqual(self.value("-configFiles=a.toml"), "x } y")

    def test_a_secret_is_fetched_once(self):
        reference = "${secretsmanager:app/db.main#port}"
        self.value(f"-placeholders.p={reference}", f"-placeholders.q={reference}")
        self.assertEqual(self.asked(), 1)

    def test_nothing_is_asked_without_a_reference(self):
        self.value("-placeholders.p=${ssm}")
        self.assertEqual(self.asked(), 0)

    def test_a_secret_is_never_shown(self):
        reference = "-placeholders.p=${secretsmanager:app/db.main#password}"
        self.script("V2__b.sql", "SELECT '${p}' AS x; SELECT '${p}' FROM nothing;")
        for words in ((reference, "migrate"), (reference, "-X", "migrate"), (reference, "-outputType=json", "migrate")):
            with self.subTest(words[1:]):
                run = self.run_tool(*words, env=self.env)    # Run looks for the secret in its output
                self.assertEqual(run.code, 1)
                self.assertIn("***", run.out + run.err)
        self.assertEqual(self.database.query("SELECT x FROM t"), [[HIDDEN]])

    def test_what_is_wrong_is_named(self):
        cases = {"${secretsmanager:nothing#x}": "ResourceNotFoundException", "${ssm:/nothing}": "ParameterNotFound",
                 "${secretsmanager:app/db.main#nothing}": "no field nothing", "${secretsmanager:text#x}": "no JSON object",
                 "${secretsmanager:bytes}": "The secret bytes is binary"}
        self.store({"app/db.main": {}, "text": "no JSON"})
        held = json.loads((self.aws.root / "secrets.json").read_text())
        (self.aws.root / "secrets.json").write_text(json.dumps({**held, "bytes": {"binary": "\0\1"}}))
        for reference, text in cases.items():
            with self.subTest(reference):
                run = self.fails(f"-placeholders.p={reference}", "info", env=self.env)
                self.assertIn(f"Unable to resolve {reference} in flyway.placeholders.p (command line)", run.err)
                self.assertIn(text, run.err)

    def test_an_arn_says_the_region(self):
        arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:app/db.main-AbCdEf"
        self.env["AWS_REGION"] = "eu-west-1"
        self.assertEqual(self.value(f"-placeholders.p=${{secretsmanager:{arn}#port}}"), "3306")


@on_each("mariadb", "postgresql")
class LoginSecretTest(WithAws):
    def setUp(self):
        super().setUp()
        self.scripts(V1__a="CREATE TABLE t (x INT)")
        self.store({"app": {"username": self.database.user, "password": self.database.password}})

    def command(self, *words, **options):
        return [f"-url=jdbc-secretsmanager:{self.database.url[5:]}" if word.startswith("-url=") else word
                for word in super().command(*words, **options)]

    def test_the_user_names_the_secret(self):
        self.succeeds("migrate", login=("-user=app",), env=self.env)
        self.assertEqual(self.applied(), ["1"])

    def test_a_refused_login_fetches_the_secret_once_more(self):
        self.store({"app": {"username": self.database.user, "password": "Stale-Password-1"}})
        run = self.fails("migrate", login=("-user=app",), env=self.env)
        self.assertIn("The login is refused", run.out)
        self.assertEqual(self.asked(), 2)

    def test_without_a_user(self):
        self.assertIn("has to be the name or the ARN of a secret", self.fails("migrate", login=(), env=self.env).err)


class RecordingServer(threading.Thread):
    """Speaks a database's protocol up to the password, which it keeps, over TLS; then it refuses."""

    def __init__(self, play):
        super().__init__(daemon=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificates / "good.pem", certificates / "good-key.pem")
        self.listener = socket.create_server((HOST, 0))
        self.listener.settimeout(PATIENCE)
        self.port = self.listener.getsockname()[1]
        self.play, self.clear, self.password = play, b"", None
        self.start()

    def run(self):
        try:
            client, _ = self.listener.accept()
            with client:
                client.settimeout(PATIENCE)
                self.play(self, client)
        except OSError:
            pass

    def finish(self):
        self.listener.close()
        self.join(PATIENCE)


def exactly(stream, count):
    data = b""
    while len(data) < count:
        piece = stream.recv(count - len(data))
        if not piece:
            raise OSError("ended")
        data += piece
    return data


def play_mysql(server, client):
    capabilities = 0x0008_AA0D
    client.sendall(packet(0, b"\x0a8.0.0\0" + struct.pack("<I", 1) + b"12345678\0" + struct.pack("<H", capabilities & 0xFFFF)
                          + b"\x2d\x02\0" + struct.pack("<H", capabilities >> 16) + b"\x15" + bytes(10) + b"123456789012\0"
                          + b"mysql_native_password\0"))
    server.clear = client.recv(36)
    with server.context.wrap_socket(client, server_side=True) as secured:
        def read():
            head = exactly(secured, 4)
            return head[3], exactly(secured, int.from_bytes(head[:3], "little"))
        number, _ = read()
        secured.sendall(packet(number + 1, b"\xfemysql_clear_password\0"))
        number, server.password = read()
        secured.sendall(packet(number + 1, b"\xff" + struct.pack("<H", 1045) + b"#28000Access denied"))


def play_postgresql(server, client):
    server.clear = exactly(client, 8)
    client.sendall(b"S")
    with server.context.wrap_socket(client, server_side=True) as secured:
        exactly(secured, int.from_bytes(exactly(secured, 4), "big") - 4)
        secured.sendall(b"R" + struct.pack(">II", 8, 3))    # the password in clear text, please
        exactly(secured, 1)
        server.password = exactly(secured, int.from_bytes(exactly(secured, 4), "big") - 4)
        secured.sendall(b"E" + struct.pack(">I", 23) + b"SFATAL\0C28P01\0Mno\0\0")


class TokenTest(WithAws, ProgramTest):
    """What reaches the server. Whether RDS takes the token can't be tested here: its format is that of botocore's vectors."""
    SERVERS = {"mysql": (play_mysql, "serverSslCert", "sslMode=DISABLED"), "mariadb": (play_mysql, "serverSslCert", "sslMode=disable"),
               "postgresql": (play_postgresql, "sslrootcert", "sslmode=disable")}

    def run_against(self, url, *words):
        command = [program.tool, f"-url={url}", "-user=migrator", "-awsIamAuthentication=true", *words, "info"]
        self.command, before = lambda *_, **__: command, self.command
        try:
            return self.fails(env=self.env)
        finally:
            self.command = before

    def test_the_token_goes_over_verified_tls_only(self):
        for kind, (play, authority, _) in self.SERVERS.items():
            with self.subTest(kind):
                server = RecordingServer(play)
                self.run_against(f"jdbc:{kind}://{HOST}:{server.port}/db?{authority}={certificates / 'ca.pem'}")
                server.finish()
                self.assertNotIn(b"migrator", server.clear)
                token = server.password.rstrip(b"\0").decode()
                self.assertTrue(token.startswith(f"{HOST}:{server.port}/?Action=connect&DBUser=migrator&"), token)
                self.assertIn("us-east-1%2Frds-db%2Faws4_request", token)

    def test_a_server_that_is_not_verified_gets_none(self):
        for kind, (play, _, _) in self.SERVERS.items():
            with self.subTest(kind):
                server = RecordingServer(play)
                self.run_against(f"jdbc:{kind}://{HOST}:{server.port}/db")
                server.finish()
                self.assertIsNone(server.password)

    def test_tls_that_is_switched_off_is_refused(self):
        for kind, (_, _, off) in self.SERVERS.items():
            with self.subTest(kind):
                self.assertIn("needs TLS", self.run_against(f"jdbc:{kind}://{HOST}:1/db?{off}").err)

    def test_the_host_of_a_tunnel_and_the_wrapper(self):
        server = RecordingServer(play_mysql)
        host = "app.cluster-abc.eu-west-1.rds.amazonaws.com"
        self.run_against(f"jdbc:aws-wrapper:mysql://{HOST}:{server.port}/db?serverSslCert={certificates / 'ca.pem'}"
                         f"&wrapperPlugins=iam&iamHost={host}")
        server.finish()
        self.assertTrue(server.password.startswith(f"{host}:{server.port}/?".encode()), server.password)
        self.assertIn(b"eu-west-1%2Frds-db", server.password)


if __name__ == "__main__":
    program.main()
