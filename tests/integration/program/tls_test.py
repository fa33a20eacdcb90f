#!/usr/bin/python3
"""sslMode against servers whose certificates are not in order: whom the program tells user and password, and whom not."""
import pathlib
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


def openssl(folder, *words):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=PATIENCE)


def make_certificates(folder):
    new_key = ("-newkey", "rsa:2048", "-nodes")
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


if __name__ == "__main__":
    program.main()
