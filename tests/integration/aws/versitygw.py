#!/usr/bin/env python3
"""S3 locations against versitygw, a server of somebody else's that checks signatures too: an error made both in whimbrel and in
our own stand-in would show here. Not part of tests/run: the server is built in some ten minutes, and this needs 3 GB of disk.

  tests/integration/aws/python.sh tests/integration/aws/versitygw.py --tool build/release/whimbrel

--versitygw names the server's program; without it `go install` builds it into Go's folder.
"""
import argparse
import json
import os
import pathlib
import socket
import subprocess
import tempfile
import time
import unittest

import boto3
import botocore.config

MODULE = "github.com/versity/versitygw/cmd/versitygw@v1.8.0"
KEY_ID, SECRET = "AKIDTEST0000000000", "sEcReT/key+test0123456789abcdefghijklmnop"
MEGABYTES_ALLOWED = 64
ODD_NAMES = ["a b", "a+b", "100%", "a%20b", "a&b=c", "q?x", "h#x", "~(x)*'!", ",;:@$", "ünï-日本", 'say "x"', "$(x)"]
options = None


def program():
    if options.versitygw:
        return options.versitygw
    subprocess.run(["go", "install", MODULE], check=True)
    folder = subprocess.run(["go", "env", "GOPATH"], check=True, capture_output=True, text=True).stdout.strip()
    return f"{folder}/bin/versitygw"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class VersityTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="whimbrel-s3-", dir="/var/tmp")))
        data, port = cls.folder / "data", free_port()
        data.mkdir()
        server = subprocess.Popen(
            [program(), "--quiet", "--port", f"127.0.0.1:{port}", "--region", "us-east-1", "posix", str(data)],
            env={**os.environ, "ROOT_ACCESS_KEY": KEY_ID, "ROOT_SECRET_KEY": SECRET}, stdout=subprocess.DEVNULL)
        cls.addClassCleanup(server.wait)
        cls.addClassCleanup(server.terminate)
        cls.url = f"http://127.0.0.1:{port}"
        cls.client = boto3.client("s3", endpoint_url=cls.url, aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET,
                                  region_name="us-east-1",
                                  config=botocore.config.Config(s3={"addressing_style": "path"}))
        deadline = time.monotonic() + 60
        while True:
            try:
                cls.client.list_buckets()
                return
            except botocore.exceptions.EndpointConnectionError:
                if time.monotonic() > deadline or server.poll() is not None:
                    raise
                time.sleep(0.1)

    def bucket(self, name, objects):
        self.client.create_bucket(Bucket=name)
        for key, text in objects.items():
            self.client.put_object(Bucket=name, Key=key, Body=text.encode())

    def command(self, location, *words):
        return [options.tool, f"-url=jdbc:sqlite:{self.folder}/{self.id()}.db", f"-locations={location}", *words]

    def environment(self, **variables):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return {**kept, "AWS_ENDPOINT_URL": self.url, "AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET,
                "AWS_REGION": "us-east-1", **variables}

    def run_tool(self, location, *words, code=0, **variables):
        done = subprocess.run(self.command(location, *words), env=self.environment(**variables), capture_output=True,
                              text=True, timeout=600)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def test_every_page(self):
        self.bucket("pages", {f"app/{number:04}/V{number}__x.sql": f"SELECT {number};" for number in range(2600)})
        found = json.loads(self.run_tool("s3:pages/app", "info", "-outputType=json").stdout)
        self.assertEqual(len(found["migrations"]), 2600)

    def test_odd_keys(self):
        self.bucket("odd", {f"V{version}__{name}.sql": "SELECT 1;" for version, name in enumerate(ODD_NAMES, 1)})
        self.run_tool("s3:odd", "migrate")
        shown = json.loads(self.run_tool("s3:odd", "info", "-outputType=json").stdout)["migrations"]
        self.assertEqual([(row["description"], row["state"]) for row in shown], [(name, "Success") for name in ODD_NAMES])

    def test_from_s3_to_disk_and_back(self):
        texts = {"V1__a.sql": "CREATE TABLE t (x TEXT);\r\n", "V2__ü.sql": "\ufeffINSERT INTO t VALUES ('é');"}
        self.bucket("both", {f"sql/{name}": text for name, text in texts.items()})
        disk = self.folder / "both"
        disk.mkdir()
        for name, text in texts.items():
            (disk / name).write_bytes(text.encode())
        self.run_tool("s3:both/sql", "migrate")
        self.run_tool(f"filesystem:{disk}", "validate")
        self.run_tool("s3:both/sql", "validate")

    def test_refusals(self):
        self.bucket("refused", {"V1__a.sql": "SELECT 1;"})
        wrong = self.run_tool("s3:refused", "info", code=1, AWS_SECRET_ACCESS_KEY="wrong")
        self.assertIn("Error Code: SignatureDoesNotMatch", wrong.stderr)
        self.assertIn("Error Code: NoSuchBucket", self.run_tool("s3:nobody", "info", code=1).stderr)

    def test_another_region_is_corrected(self):
        self.bucket("region", {"V1__a.sql": "SELECT 1;"})
        self.run_tool("s3:region", "migrate", AWS_REGION="eu-west-1")

    def test_a_gigabyte_in_little_memory(self):
        script = self.folder / "large.sql"
        with open(script, "w", encoding="ascii") as stream:
            stream.write("CREATE TABLE t (x INT);\n")
            for number in range(1024 * 64):
                stream.write(f"UPDATE t SET x = {number} WHERE '{'x' * 16000}' = '';\n")
        self.client.create_bucket(Bucket="large")
        self.client.upload_file(str(script), "large", "V1__large.sql")    # in parts: its ETag is no MD5
        script.unlink()
        # Through a small program, because what this process holds counts as the peak of those that it starts.
        measured = subprocess.run(["/usr/bin/python3", "-c", "import os, subprocess, sys\n"
                                   "process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)\n"
                                   "_, status, usage = os.wait4(process.pid, 0)\n"
                                   "print(status, usage.ru_maxrss // 1024)", *self.command("s3:large", "migrate")],
                                  env=self.environment(), capture_output=True, text=True, check=True, timeout=1800)
        status, megabytes = measured.stdout.split()
        print(f"1 GB: peak of {megabytes} MB", flush=True)
        self.assertEqual(status, "0", measured.stderr)
        self.assertLess(int(megabytes), MEGABYTES_ALLOWED)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--versitygw")
    options, rest = parser.parse_known_args()
    unittest.main(argv=["versitygw.py", *rest], verbosity=2)
