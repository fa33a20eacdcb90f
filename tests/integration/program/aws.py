"""The stand-in for AWS (tests/services/aws) that tests of the whole program talk to."""
import os
import pathlib
import subprocess
import sys
import time
import urllib.parse

from program import PATIENCE, kill, passwords

STANDIN = pathlib.Path(__file__).resolve().parents[2] / "services" / "aws" / "standin.py"
KEY_ID = "AKIDTEST0000000000"
SECRET = "testsecret/+0123456789abcdefghijklmnop"


class Aws:
    """A running stand-in with a root folder of its own. `options` are those of standin.py."""

    def __init__(self, test, *options):
        passwords.add(SECRET)
        self.root = test.folder / "aws"
        self.log = test.folder / "aws.log"
        self.port_file = test.folder / "aws.port"
        self.test, self.process = test, None
        self.restart(*options)

    def restart(self, *options):
        """The same root folder, with other options and at another port."""
        if self.process:
            kill(self.process)
        self.port_file.unlink(missing_ok=True)
        self.log.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, str(STANDIN), "--root", str(self.root), "--port-file", str(self.port_file),
             "--log", str(self.log), *options], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.test.addCleanup(kill, self.process)
        deadline = time.monotonic() + PATIENCE
        while not self.port_file.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the stand-in for AWS did not start")
            time.sleep(0.01)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port_file.read_text(encoding='ascii')}"

    def environment(self, **variables):
        """That of a run: the stand-in as the endpoint of all services, its lasting key, and nothing else of AWS."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return {**kept, "AWS_ENDPOINT_URL": self.url, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": KEY_ID,
                "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_EC2_METADATA_SERVICE_ENDPOINT": self.url,
                "HOME": str(self.test.folder), **variables}

    def file(self, bucket, key):
        return self.root / bucket / urllib.parse.quote(key, safe="")

    def put(self, bucket, key, content):
        file = self.file(bucket, key)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    @property
    def requests(self):
        """What was asked so far: texts like 'GET /mig?list-type=2… 200', without the host."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return [line.split('"', 1)[1].replace('"', "", 1) for line in lines]
