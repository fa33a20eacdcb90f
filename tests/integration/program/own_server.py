"""A server that a test has to itself, to kill it, fill it and set it up otherwise. tests/services makes it; what it is
started with again is what it was started with first, and further options.
"""
import os
import pathlib
import signal
import socket
import subprocess
import time
import unittest

import program

SERVICES = pathlib.Path(__file__).resolve().parents[2] / "services"
URLS = {"mariadb": "jdbc:mariadb://127.0.0.1:{port}/",
        "mysql": "jdbc:mysql://127.0.0.1:{port}/?useSSL=false&allowPublicKeyRetrieval=true",
        "postgresql": "jdbc:postgresql://127.0.0.1:{port}/fly"}


class OwnServer:
    def __init__(self, kind):
        if f"WHIMBREL_TEST_{kind.upper()}_URL" not in os.environ:
            raise unittest.SkipTest(f"WHIMBREL_TEST_{kind.upper()}_URL is not set")
        self.kind, self.port = kind, free_port()
        self.process = None    # when it was we who started it last
        self.folder = pathlib.Path(f"/var/tmp/whimbrel-tests-{kind}-{self.port}")
        self.service("start")
        self.process_id = int((self.folder / "server.pid").read_text().split()[0])
        self.command = pathlib.Path(f"/proc/{self.process_id}/cmdline").read_bytes().decode().rstrip("\0").split("\0")

    def service(self, word):
        done = subprocess.run([SERVICES / f"{self.kind}.sh", word], capture_output=True, text=True, check=False,
                              env={**os.environ, f"WHIMBREL_TEST_{self.kind.upper()}_PORT": str(self.port)})
        if done.returncode:
            raise RuntimeError(f"{self.kind}.sh {word}: {done.stdout}{done.stderr}")

    @property
    def url(self):
        return URLS[self.kind].format(port=self.port)

    def kill(self, number=signal.SIGKILL):
        os.kill(self.process_id, number)
        if self.process:
            self.process.wait(program.PATIENCE)
        self.wait_for(lambda: not self.processes(), "its end")
        # PostgreSQL and MySQL take a dead process that nobody has reaped yet, the one in these files, for a server that runs.
        for name in ("data/postmaster.pid", f".s.PGSQL.{self.port}.lock", "server.sock.lock"):
            (self.folder / name).unlink(missing_ok=True)

    def stop(self):
        """In good order, without waiting for clients."""
        self.kill(signal.SIGINT if self.kind == "postgresql" else signal.SIGTERM)

    def processes(self):
        """It and its children, which may outlive it a little."""
        found = []
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                state, *related = stat.read_text().rpartition(")")[2].split()[:4]    # parent, group, session
            except OSError:
                continue    # it has ended
            if str(self.process_id) in (stat.parent.name, *related) and state != "Z":
                found.append(stat.parent.name)
        return found

    def start(self, *options):
        nobody = {"user": program.NOBODY, "group": program.NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        with open(self.folder / "restart.log", "ab") as log:
            self.process = subprocess.Popen([*self.command, *options], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                                            start_new_session=True, **(nobody if self.kind == "postgresql" else {}))
        self.process_id = self.process.pid
        self.wait_for(self.answers, "it to answer", self.process)

    def back_to_normal(self):
        """It runs, with the options that it was made with."""
        if self.processes():
            self.stop()
        self.start()

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                if self.kind == "postgresql":
                    connection.sendall(b"\0\0\0\x08\x04\xd2\x16\x2f")    # "may I have TLS?"
                return bool(connection.recv(1))
        except OSError:
            return False

    def wait_for(self, condition, what, process=None):
        end = time.monotonic() + program.PATIENCE
        while not condition():
            if time.monotonic() > end or (process and process.poll() is not None):
                raise AssertionError(f"{self.kind}: waited in vain for {what}: {(self.folder / 'restart.log').read_text()[-2000:]}")
            time.sleep(0.05)

    def wipe(self):
        if self.processes():
            self.kill()
        subprocess.run(["rm", "-rf", str(self.folder)], check=True)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
