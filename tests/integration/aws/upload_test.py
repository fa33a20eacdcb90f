"""How files get to the bucket: upload.sh, and the workflow that calls it."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest


from pipeline import EXAMPLE, HERE, REGION

import aws
import boto3
import yaml

BUCKET = "users-20261125"


class Upload(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="whimbrel-")))
        self.files = self.folder / "migrations"
        self.files.mkdir()
        self.aws = aws.Aws(self)
        self.s3 = boto3.client("s3", endpoint_url=self.aws.url, aws_access_key_id=aws.KEY_ID, aws_secret_access_key=aws.SECRET)
        self.s3.create_bucket(Bucket=BUCKET)
        command = self.folder / "aws-command"
        command.write_text(f'#!/bin/sh\nexec {os.environ.get("AWS_CLI") or f"{sys.executable} {HERE}/command_line.py"} "$@"\n', encoding="utf-8")
        command.chmod(0o755)
        (self.folder / "bin").mkdir()
        command.rename(self.folder / "bin" / "aws")

    def write(self, **texts):
        for name, text in texts.items():
            self.file(f"{name}.sql", text)

    def file(self, name, text):
        path = self.files / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def upload(self, bucket=BUCKET):
        environment = self.aws.environment(PATH=f"{self.folder}/bin:{os.environ['PATH']}", AWS_DEFAULT_REGION=REGION)
        return subprocess.run([EXAMPLE / "upload.sh", self.files, bucket], capture_output=True, text=True, timeout=120, env=environment,
                              stdin=subprocess.DEVNULL)

    def uploaded(self):
        run = self.upload()
        self.assertEqual((run.returncode, run.stderr), (0, ""), run)
        return run.stdout.splitlines()

    def test_files_are_put_in_the_order_in_which_they_are_applied(self):
        names = ["V1__a.sql", "V2__b.sql", "V2_1__b.sql", "sub/V2.2__b.sql", "V9__c.sql", "V10__d.sql", "V20260101__e.sql"]
        for name in [*reversed(names), "R__view.sql", "beforeMigrate.sql", "V9__c.sql.conf", "README.md", "V3__x.txt"]:
            self.file(name, f"-- {name}")
        self.assertEqual(self.uploaded(), ["V9__c.sql.conf", *names, "R__view.sql", "beforeMigrate.sql"])
        self.assertEqual(self.s3.get_object(Bucket=BUCKET, Key="sub/V2.2__b.sql")["Body"].read(), b"-- sub/V2.2__b.sql")

    def test_only_what_has_changed_is_put_again(self):
        self.write(V1__a="SELECT 1;", V2__b="SELECT 2;", V3__c="SELECT 3;")
        self.assertEqual(len(self.uploaded()), 3)
        self.assertEqual(self.uploaded(), [])
        self.write(V2__b="SELECT 4;", V4__d="SELECT 5;")
        self.assertEqual(self.uploaded(), ["V2__b.sql", "V4__d.sql"])

    def test_what_is_only_in_the_bucket_is_named_and_stays(self):
        self.write(V1__a="SELECT 1;")
        self.s3.put_object(Bucket=BUCKET, Key="V0__old.sql", Body=b"")
        self.assertEqual(self.uploaded(), ["V1__a.sql", "only in the bucket: V0__old.sql"])
        self.assertEqual(self.s3.list_objects_v2(Bucket=BUCKET)["KeyCount"], 2)

    def test_odd_names(self):
        names = ["V1__a b.sql", "V2__$(touch pwned).sql", "V3__a'b\"c.sql", "V4__Zoë.sql", "V5__a\\b.sql", "V6__*.sql"]
        for name in names:
            self.file(name, "SELECT 1;")
        self.assertEqual(self.uploaded(), names)
        self.assertEqual(self.uploaded(), [])
        self.assertEqual(list(self.folder.rglob("pwned")), [])

    def test_a_bucket_that_is_not_there(self):
        self.write(V1__a="SELECT 1;")
        run = self.upload("nobodys-bucket")
        self.assertNotEqual(run.returncode, 0)
        self.assertIn("NoSuchBucket", run.stderr)
        self.assertEqual(run.stdout, "")

    def test_a_failure_in_the_middle_ends_it(self):
        self.write(V1__a="SELECT 1;", V2__b="SELECT 2;", V3__c="SELECT 3;")
        self.aws.restart("--deny", f"GET:{BUCKET}/V2__b.sql")    # the stand-in denies the key, whatever is done with it
        run = self.upload()
        self.assertNotEqual(run.returncode, 0)
        self.assertEqual([request.split()[1] for request in self.aws.requests if request.startswith("PUT")],
                         [f"/{BUCKET}/V1__a.sql", f"/{BUCKET}/V2__b.sql"])


class Workflow(unittest.TestCase):
    def setUp(self):
        self.text = (EXAMPLE / "github" / "migrations.yml").read_text(encoding="utf-8")
        self.jobs = yaml.safe_load(self.text)["jobs"]

    def test_actions_are_pinned_to_a_commit_and_say_its_version(self):
        uses = re.findall(r"uses: (.*)", self.text)
        self.assertEqual(len(uses), 3)
        for use in uses:
            self.assertRegex(use, r"^[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")

    def test_rights_are_given_job_by_job(self):
        self.assertEqual(yaml.safe_load(self.text)["permissions"], {})
        self.assertEqual(self.jobs["validate"]["permissions"], {"contents": "read"})
        self.assertEqual(self.jobs["upload"]["permissions"], {"contents": "read", "id-token": "write"})
        self.assertEqual((self.jobs["upload"]["if"], self.jobs["upload"]["needs"]), ("github.event_name == 'push'", "validate"))

    def test_scripts_are_shell_and_take_no_text_of_others(self):
        for job in self.jobs.values():
            for step in job["steps"]:
                script = step.get("run", "")
                self.assertNotIn("${{", script)
                subprocess.run(["bash", "-n"], input=script, text=True, check=True)


class Scripts(unittest.TestCase):
    def test_shellcheck_finds_nothing(self):
        for shell, name in (("bash", "upload.sh"), ("bash", "make-users.sh"), ("sh", "document/migrate.sh"), ("sh", "host/install.sh")):
            found = subprocess.run(["shellcheck", f"--shell={shell}", EXAMPLE / name], capture_output=True, text=True)
            self.assertEqual((found.returncode, found.stdout), (0, ""), name)
        for name in ("upload.sh", "make-users.sh"):
            self.assertTrue(os.access(EXAMPLE / name, os.X_OK), name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
