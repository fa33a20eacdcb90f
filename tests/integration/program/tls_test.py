#!/usr/bin/python3
"""sslMode against servers whose certificates are in order or not: who is let in, and whom the program tells user and password.

Real servers, started here because their certificates change while they run; and one that plays MySQL, to see what a server
hears before its certificate is trusted.
"""
import os
import pathlib
import shutil
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time
import unittest

import program
from program import PATIENCE

HOST = "127.0.0.1"
CERTIFICATES = {    # name: (subjectAltName, days that it is valid)
    "good": (f"IP:{HOST}", 1),
    "stranger": ("DNS:other.example", 1),
    "expired": (f"IP:{HOST}", 0),
}
# sslMode, the certificate, whether it is the one authority that is trusted, and whether the server is told who comes.
CASES = (
    ("PREFERRED", "good", True, True),
    ("PREFERRED", "expired", False, True),
    ("REQUIRED", "good", False, True),
    ("REQUIRED", "expired", False, True),
    ("REQUIRED", "stranger", False, True),
    ("VERIFY_CA", "good", True, True),
    ("VERIFY_CA", "good", False, False),
    ("VERIFY_CA", "stranger", True, True),
    ("VERIFY_CA", "expired", True, False),
    ("VERIFY_IDENTITY", "good", True, True),
    ("VERIFY_IDENTITY", "good", False, False),
    ("VERIFY_IDENTITY", "stranger", True, False),
    ("VERIFY_IDENTITY", "expired", True, False),
)


# The same for real servers, whose user flytls is let in only over TLS; whether it is.
LOGINS = (
    ("DISABLED", "good", True, False),
    ("PREFERRED", "good", False, True),
    ("PREFERRED", "expired", False, True),
    ("REQUIRED", "expired", False, True),
    ("REQUIRED", "stranger", False, True),
    ("VERIFY_CA", "good", True, True),
    ("VERIFY_CA", "good", False, False),
    ("VERIFY_CA", "stranger", True, True),
    ("VERIFY_CA", "expired", True, False),
    ("VERIFY_IDENTITY", "good", True, True),
    ("VERIFY_IDENTITY", "good", False, False),
    ("VERIFY_IDENTITY", "stranger", True, False),
    ("VERIFY_IDENTITY", "expired", True, False),
)
SHORT_LIFE = 8    # seconds that a certificate is valid which is to expire while the server runs
AUTHORITY = """[ca]
default_ca = test
[test]
certificate = ca.pem
private_key = ca-key.pem
database = index
new_certs_dir = .
default_md = sha256
rand_serial = yes
policy = names
[names]
commonName = supplied
"""
SERVICES = pathlib.Path(__file__).resolve().parents[2] / "services"


def openssl(folder, *words):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=PATIENCE)


def make_certificates(folder):
    """The certificates, and the authority that signs them unless there is one."""
    new_key = ("-newkey", "rsa:2048", "-nodes")
    if not (folder / "ca.pem").exists():
        openssl(folder, "req", "-x509", *new_key, "-subj", "/CN=test-ca", "-days", "1", "-keyout", "ca-key.pem", "-out", "ca.pem")
    for name, (names, days) in CERTIFICATES.items():
        (folder / "names").write_text(f"subjectAltName={names}\n")
        openssl(folder, "req", *new_key, "-subj", f"/CN={name}", "-keyout", f"{name}-key.pem", "-out", f"{name}.csr")
        openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial",
                "-days", str(days), "-extfile", "names", "-out", f"{name}.pem")
    time.sleep(1.1)    # what is valid for no day is expired from the next second on


def packet(number, body):
    return struct.pack("<I", len(body))[:3] + bytes([number]) + body


class MysqlServer(threading.Thread):
    """Plays a server that offers TLS and refuses everybody; remembers whether it was told who comes."""

    def __init__(self, folder, certificate):
        super().__init__(daemon=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(folder / f"{certificate}.pem", folder / f"{certificate}-key.pem")
        self.listener = socket.create_server((HOST, 0))
        self.listener.settimeout(PATIENCE)
        self.port = self.listener.getsockname()[1]
        self.told = b""
        self.start()

    def greeting(self):
        capabilities = 0x0008_AA0D    # 4.1, TLS, secure connection, plug-ins
        return packet(0, b"\x0a8.0.0\0" + struct.pack("<I", 1) + b"12345678\0" + struct.pack("<H", capabilities & 0xFFFF)
                      + b"\x2d\x02\0" + struct.pack("<H", capabilities >> 16) + b"\x15" + bytes(10) + b"123456789012\0"
                      + b"mysql_native_password\0")

    def run(self):
        try:
            client, _ = self.listener.accept()
            with client:
                client.settimeout(PATIENCE)
                client.sendall(self.greeting())
                request = client.recv(36)
                if len(request) != 36:
                    self.told = request    # a login without TLS
                    return
                with self.context.wrap_socket(client, server_side=True) as secured:
                    self.told = secured.recv(4096)
                    secured.sendall(packet(3, b"\xff" + struct.pack("<H", 1045) + b"#28000Access denied"))
                    secured.recv(1)
        except OSError:
            pass    # the client did not like the certificate
        finally:
            self.listener.close()


class Certificates(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="whimbrel-tls-")))
        make_certificates(cls.folder)

    def connect(self, mode, certificate, trusted):
        server = MysqlServer(self.folder, certificate)
        url = f"jdbc:mysql://{HOST}:{server.port}/d?sslMode={mode}"
        if trusted:
            url += f"&serverSslCert={self.folder}/ca.pem"
        run = subprocess.run([program.tool, f"-url={url}", "-user=fly", "-password=Geheim-1", "info"], cwd=self.folder,
                             capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=PATIENCE)
        server.join(PATIENCE)
        return server, run

    def test_who_is_told_the_password(self):
        for mode, certificate, trusted, told in CASES:
            with self.subTest(mode=mode, certificate=certificate, trusted=trusted):
                server, run = self.connect(mode, certificate, trusted)
                self.assertEqual(run.returncode, 1)
                self.assertEqual(b"fly" in server.told, told, run.stderr)
                self.assertEqual("Access denied" in run.stderr, told, run.stderr)

    def test_the_reason_is_said(self):
        for mode, certificate, reason in (("VERIFY_CA", "expired", "expired"), ("VERIFY_IDENTITY", "stranger", "(?i)name|host|verif|match|certificate")):
            _, run = self.connect(mode, certificate, True)
            self.assertRegex(run.stderr, reason)


class RealServer:
    """A server of tests/services on a port of its own. Subclasses know its client and what JDBC calls things."""
    database = ""
    complaint = "expired"    # about an expired certificate
    modes = {}    # where they are not those of MySQL
    ca, certificate, key = "serverSslCert", "clientSslCert", "clientSslKey"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if f"WHIMBREL_TEST_{cls.kind.upper()}_URL" not in os.environ:
            raise unittest.SkipTest(f"WHIMBREL_TEST_{cls.kind.upper()}_URL is not set")
        with socket.create_server((HOST, 0)) as free:
            cls.port = free.getsockname()[1]
        cls.folder = pathlib.Path(f"/var/tmp/whimbrel-tests-{cls.kind}-{cls.port}")
        cls.tls = cls.folder / "tls"
        cls.addClassCleanup(cls.service, "wipe")
        cls.service("start")
        make_certificates(cls.tls)
        cls.allow_client_certificate()

    @classmethod
    def service(cls, command):
        subprocess.run([SERVICES / f"{cls.kind}.sh", command], check=True, capture_output=True, timeout=3 * PATIENCE,
                       env={**os.environ, f"WHIMBREL_TEST_{cls.kind.upper()}_PORT": str(cls.port)})

    @classmethod
    def administrate(cls, *statements):
        for statement in statements:
            subprocess.run([*cls.client(), statement], check=True, capture_output=True, timeout=PATIENCE)

    def serve(self, certificate):
        """Has the server show this certificate from now on."""
        for suffix in (".pem", "-key.pem"):
            target = self.served_from() / ("server-cert.pem" if suffix == ".pem" else "server-key.pem")
            target.write_bytes((self.tls / f"{certificate}{suffix}").read_bytes())
        self.administrate(self.reload)

    def served_from(self):
        return self.tls

    def log_in(self, user, mode, **files):
        properties = [f"{self.mode}={self.modes.get(mode, mode)}"]
        properties += [f"{getattr(self, name)}={self.tls / file}" for name, file in files.items()]
        url = f"jdbc:{self.kind}://{HOST}:{self.port}/{self.database}?{'&'.join(properties)}"
        return subprocess.run([program.tool, f"-url={url}", f"-user={user}", "-password=fly", "-schemas=tls_test", "info"], cwd=self.folder,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=PATIENCE)

    def test_who_is_let_in(self):
        served = None
        for mode, certificate, trusted, let_in in sorted(LOGINS, key=lambda login: login[1]):
            with self.subTest(mode=mode, certificate=certificate, trusted=trusted):
                if served != certificate:
                    self.serve(certificate)
                    served = certificate
                run = self.log_in("flytls", mode, **({"ca": "ca.pem"} if trusted else {}))
                self.assertEqual(run.returncode, 0 if let_in else 1, run.stdout + run.stderr)
                if certificate == "expired" and not let_in:
                    self.assertRegex(run.stderr, self.complaint)

    def test_another_authority_is_not_trusted(self):
        self.serve("good")
        for mode in ("VERIFY_CA", "VERIFY_IDENTITY"):
            self.assertEqual(self.log_in("flytls", mode, ca="stranger.pem").returncode, 1)
            self.assertEqual(self.log_in("flytls", mode, ca="nowhere.pem").returncode, 1)

    def test_a_client_with_a_certificate(self):
        self.serve("good")
        own = {"ca": "ca.pem", "certificate": "client-cert.pem", "key": "client-key.pem"}
        self.assertEqual(self.log_in("flycert", "VERIFY_CA", **own).returncode, 0)
        self.assertEqual(self.log_in("flycert", "VERIFY_CA", ca="ca.pem").returncode, 1)
        self.assertEqual(self.log_in("flycert", "VERIFY_CA", **{**own, "key": "good-key.pem"}).returncode, 1)
        self.assertEqual(self.log_in("flycert", "VERIFY_CA", **{**own, "certificate": "nowhere.pem"}).returncode, 1)
        self.assertEqual(self.log_in("flycert", "VERIFY_CA", **{**own, "certificate": "good.pem", "key": "good-key.pem"}).returncode, 1)


class RealMysql(RealServer, unittest.TestCase):
    kind = "mysql"
    mode = "sslMode"
    reload = "ALTER INSTANCE RELOAD TLS"

    @classmethod
    def client(cls):
        program = shutil.which("mariadb") or shutil.which("mysql")
        return [program, "--no-defaults", "-uroot", "-S", cls.folder / "server.sock", "-e"]

    @classmethod
    def allow_client_certificate(cls):
        cls.administrate("CREATE USER flycert@'%' IDENTIFIED BY 'fly' REQUIRE SUBJECT '/CN=whimbrel-test-client'",
                         "GRANT ALL ON *.* TO flycert@'%'")


    def serve(self, certificate):
        """This server takes no certificate that has expired already, so it gets one that will soon."""
        if certificate != "expired":
            return super().serve(certificate)
        end = time.time() + SHORT_LIFE
        (self.tls / "ca.cnf").write_text(AUTHORITY)
        (self.tls / "index").write_text("")
        openssl(self.tls, "ca", "-batch", "-config", "ca.cnf", "-notext", "-in", "expired.csr", "-out", "expired.pem",
                "-extfile", "names", "-enddate", time.strftime("%y%m%d%H%M%SZ", time.gmtime(end)))
        super().serve(certificate)
        time.sleep(max(0, end + 1 - time.time()))


class RealMariadb(RealMysql):
    kind = "mariadb"
    reload = "FLUSH SSL"

    def serve(self, certificate):
        RealServer.serve(self, certificate)


class RealPostgresql(RealServer, unittest.TestCase):
    kind = "postgresql"
    database = "fly"
    mode, ca, certificate, key = "sslmode", "sslrootcert", "sslcert", "sslkey"
    modes = {"DISABLED": "disable", "PREFERRED": "prefer", "REQUIRED": "require", "VERIFY_CA": "verify-ca",
             "VERIFY_IDENTITY": "verify-full"}
    complaint = "certificate verify failed"    # libpq does not say more
    reload = "SELECT pg_reload_conf()"

    @classmethod
    def client(cls):
        return ["psql", "-X", "-q", "-h", cls.folder, "-p", str(cls.port), "-U", "postgres", "-d", "postgres", "-c"]

    @classmethod
    def allow_client_certificate(cls):
        rules = cls.folder / "data/pg_hba.conf"
        rules.write_text("hostssl all flycert all cert map=client\n" + rules.read_text())
        (cls.folder / "data/pg_ident.conf").write_text("client whimbrel-test-client flycert\n")
        for key in ("client-key.pem", "good-key.pem"):
            (cls.tls / key).chmod(0o600)    # libpq refuses one that others can read
            os.chown(cls.tls / key, os.geteuid(), -1)
        cls.administrate("CREATE ROLE flycert LOGIN SUPERUSER", f"ALTER SYSTEM SET ssl_ca_file = '{cls.tls}/ca.pem'", cls.reload)

    def served_from(self):
        return self.folder / "data"

    def serve(self, certificate):
        super().serve(certificate)
        time.sleep(0.5)    # the server reads its files some time after it was told to


if __name__ == "__main__":
    program.main()
