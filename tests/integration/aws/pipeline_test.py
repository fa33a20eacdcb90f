"""The whole pipeline of examples/aws: from the upload of a script to its row in the history, with what may go wrong on the way."""
import concurrent.futures
import json
import os
import pathlib
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import pipeline
from agent import Agent
from pipeline import EXAMPLE, HERE, REGION, VERSION, Host, Queue, s3_event

import aws
import boto3
import program
import yaml
from program import HISTORY, Mysql, assert_no_password

PERSONS = "CREATE TABLE Persons (PersonID int, LastName varchar(255), FirstName varchar(255), Address varchar(255), City varchar(255));"
EMAIL = "ALTER TABLE Persons ADD Email varchar(255);"


class Database:
    """One of the two of the story: a bucket, a schema of its own, a configuration on the host, a mapping."""

    def __init__(self, test, name):
        suffix = secrets.token_hex(6)
        self.bucket = f"{name}-{suffix}"
        self.conf = f"{name}.conf"
        self.server = Mysql("mariadb", f"{name}_{suffix}")
        test.addCleanup(self.server.drop)
        self.schema = self.server.schema
        test.s3.create_bucket(Bucket=self.bucket)
        test.host.configure(self.conf, f"flyway.url={self.server.server_url}\nflyway.user={self.server.user}\n"
                                       f"flyway.password={self.server.password}\nflyway.failOnMissingLocations=true\n")
        test.map(self.bucket, {"schema": self.schema, "flywayVersion": VERSION, "flywayConf": self.conf})

    def history(self):
        try:
            return [tuple(row) for row in self.server.query(f"SELECT version, success FROM {HISTORY} ORDER BY installed_rank")]
        except RuntimeError:    # no such table
            return []

    def columns(self, table):
        return [row[0] for row in self.server.query(f"SHOW COLUMNS FROM {table}")]


@unittest.skipUnless(os.geteuid() == 0, "only root can give up root's rights")
class PipelineTest(unittest.TestCase):
    source = "s3"

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="whimbrel-")))
        self.aws = aws.Aws(self)
        self.s3 = boto3.client("s3", endpoint_url=self.aws.url, aws_access_key_id=aws.KEY_ID, aws_secret_access_key=aws.SECRET)
        self.ssm = pipeline.cloud(self)
        self.queue = Queue()
        self.function = pipeline.new_function(self.source)
        self.host = Host(self, program.tool)
        self.agent = Agent(self.host_environment())
        self.users, self.products = Database(self, "users"), Database(self, "products")

    def host_environment(self):
        """Of the host's service; keys come from the instance's metadata only."""
        programs = self.folder / "bin"
        programs.mkdir(exist_ok=True)
        shutil.copy(HERE / "command_line.py", programs)
        command = os.environ.get("AWS_CLI") or f"{sys.executable} {programs}/command_line.py"
        (programs / "aws").write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
        (programs / "aws").chmod(0o755)
        return self.host.environment(
            PATH=f"{programs}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", AWS_ENDPOINT_URL=self.aws.url,
            AWS_EC2_METADATA_SERVICE_ENDPOINT=self.aws.url, AWS_REGION=REGION, AWS_DEFAULT_REGION=REGION)

    def map(self, bucket, content):
        text = content if isinstance(content, str) else json.dumps(content)
        self.ssm.put_parameter(Name=f"/flyway/s3-mapping/{bucket}", Type="String", Value=text, Overwrite=True)

    def upload(self, database, key, text):
        self.s3.put_object(Bucket=database.bucket, Key=key, Body=text.encode())
        self.queue.send(s3_event(database.bucket, key))

    def run_all(self):
        """What was uploaded goes its way to the end. Returns the results of the commands by schema."""
        self.queue.drain(self.function.handler)
        return self.run_commands()

    def run_commands(self):
        results = self.agent.run_pending(self.ssm)
        for result in results:
            assert_no_password(result.out, result.err)
        return {result.parameters["schema"]: result for result in results}

    def by_hand(self, database, command):
        self.function.handler({"bucket": database.bucket, "command": command}, None)
        return self.run_commands()[database.schema]

    def succeeds(self, result):
        self.assertEqual((result.status, result.err), ("Success", ""), result)
        return result

    def fails(self, result, *texts):
        self.assertEqual((result.status, result.code), ("Failed", 1), result)
        for text in texts:
            self.assertIn(text, result.err)
        return result


class Story:
    """What holds whichever way the host gets the files."""

    def test_an_upload_ends_as_a_row_in_the_history(self):
        self.queue.send(pipeline.test_event(self.users.bucket))
        self.assertEqual(self.run_all(), {})

        self.upload(self.users, "V1__create_table_persons.sql", PERSONS)
        self.upload(self.products, "V1__create_table_products.sql", "CREATE TABLE Products (id INT);")
        results = self.run_all()
        self.succeeds(results[self.users.schema])
        self.succeeds(results[self.products.schema])
        self.upload(self.users, "V2__alter table persons.sql", EMAIL)
        self.succeeds(self.run_all()[self.users.schema])

        self.assertEqual(self.users.history(), [("1", "1"), ("2", "1")])
        self.assertIn("Email", self.users.columns("Persons"))
        self.assertEqual(self.products.history(), [("1", "1")])
        self.assertIn("| 2       | alter table persons  | SQL  |", self.by_hand(self.users, "info").out)

    def test_a_broken_script_is_told_and_the_mended_one_goes_on(self):
        self.upload(self.users, "V1__create_table_persons.sql", PERSONS)
        self.upload(self.users, "V2__email.sql", EMAIL + "\nALTER TABLE Nobody ADD x INT;\nALTER TABLE Persons ADD Phone INT;")
        self.upload(self.products, "V1__create_table_products.sql", "CREATE TABLE Products (id INT);")
        results = self.run_all()
        self.succeeds(results[self.products.schema])
        self.fails(results[self.users.schema], "V2__email.sql", "Nobody", "Line       : 2")
        self.assertEqual(self.users.history(), [("1", "1"), ("2", "0")])
        self.assertEqual(self.users.columns("Persons")[-1], "Email")

        # Nothing more is applied before somebody has looked at it, and that is told each time.
        self.upload(self.users, "V3__phone.sql", "ALTER TABLE Persons ADD Phone INT;")
        self.fails(self.run_all()[self.users.schema], "failed migration to version 2")
        self.assertEqual(self.users.history(), [("1", "1"), ("2", "0")])

        # As docs/aws.md says: undo what ran of it, repair, upload the mended script.
        self.users.server.query("ALTER TABLE Persons DROP COLUMN Email")
        self.succeeds(self.by_hand(self.users, "repair"))
        self.upload(self.users, "V2__email.sql", EMAIL)
        self.succeeds(self.run_all()[self.users.schema])
        self.assertEqual(self.users.history(), [("1", "1"), ("2", "1"), ("3", "1")])
        self.assertEqual(self.users.columns("Persons")[-2:], ["Email", "Phone"])

    def test_hostile_keys_are_names_of_files_and_nothing_else(self):
        keys = ["V1__$(touch pwned).sql", "V2__`touch pwned`.sql", "V3__a'; touch pwned; '.sql", 'V4__a".sql', "V5__{{ssm:x}}.sql",
                "V6__Zoë + 100% %20.sql", "V7__&|;<>*?[]{}\\.sql", "deep/er/V8__x.sql", "-rf.sql"]
        for number, key in enumerate(keys):
            self.upload(self.users, key, f"CREATE TABLE t{number} (id INT);")
        self.succeeds(self.run_all()[self.users.schema])
        self.assertEqual(self.users.history(), [(str(version), "1") for version in range(1, 9)])
        self.assertEqual([path for path in self.folder.rglob("*pwned*") if path.name == "pwned"], [])


class ByTool(Story, PipelineTest):
    """The tool reads the bucket itself."""

    def test_a_run_with_nothing_to_do_fetches_nothing(self):
        self.host.configure(self.users.conf, self.host.configuration(self.users.conf) + f"flyway.s3.checksumCache={self.host.home}/users.checksums\n")
        self.upload(self.users, "V1__create_table_persons.sql", PERSONS)
        self.upload(self.users, "V2__email.sql", EMAIL)
        self.succeeds(self.run_all()[self.users.schema])
        before = len(self.aws.requests)
        self.succeeds(self.by_hand(self.users, "migrate"))
        self.assertEqual([request.partition("?")[0] for request in self.aws.requests[before:] if not request.partition(" ")[2].startswith("/latest/")],
                         [f"GET /{self.users.bucket}/"])

    def test_a_password_that_is_only_in_secrets_manager(self):
        secret = {"username": self.users.server.user, "password": self.users.server.password}
        (self.aws.root / "secrets.json").write_text(json.dumps({"rds!cluster-1": json.dumps(secret)}), encoding="utf-8")
        url = self.users.server.server_url.replace("jdbc:", "jdbc-secretsmanager:", 1)
        self.host.configure(self.users.conf, f"flyway.url={url}\nflyway.user=arn:aws:secretsmanager:{REGION}:123456789012:secret:rds!cluster-1-AbCdEf\n")
        self.upload(self.users, "V1__create_table_persons.sql", PERSONS)
        self.succeeds(self.run_all()[self.users.schema])
        self.assertEqual(self.users.history(), [("1", "1")])

    # Many uploads

    def numbers(self, database):
        return [int(row[0]) for row in database.server.query("SELECT n FROM applied ORDER BY id")]

    def number(self, version):
        create = "CREATE TABLE applied (id INT AUTO_INCREMENT PRIMARY KEY, n INT);\n" if version == 1 else ""
        return f"{create}INSERT INTO applied (n) VALUES ({version});"

    def test_20_uploads_at_once_are_each_applied_once_and_in_order(self):
        versions = list(range(1, 21))
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            list(pool.map(lambda version: self.upload(self.users, f"V{version}__n.sql", self.number(version)), versions[::-1]))
        for version in (3, 7, 20):    # events may come twice
            self.queue.send(s3_event(self.users.bucket, f"V{version}__n.sql"))
        events = [s3_event(self.users.bucket, f"V{version}__n.sql") for version in versions]
        for event in events[::5]:    # and a batch may be cut in several
            self.function.handler({"Records": [pipeline.message(event)]}, None)
        self.queue.drain(self.function.handler)
        results = self.agent.run_pending(self.ssm)
        self.assertEqual([result.status for result in results], ["Success"] * 5, results)
        self.assertEqual(self.numbers(self.users), versions)
        self.assertEqual(self.users.history(), [(str(version), "1") for version in versions])

    def test_uploads_in_order_while_runs_are_under_way(self):
        versions = list(range(1, 13))
        stop, results = threading.Event(), []

        def work():
            while not stop.is_set():
                self.queue.deliver(self.function.handler)
                results.extend(self.agent.run_pending(self.ssm))
                time.sleep(0.01)

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            workers = [pool.submit(work) for _ in range(2)]
            try:
                for version in versions:
                    self.upload(self.users, f"V{version}__n.sql", self.number(version))
            finally:
                stop.set()
            for worker in workers:
                worker.result()
        results.extend(self.run_all().values())
        self.assertEqual({result.status for result in results}, {"Success"}, results)
        self.assertEqual(self.numbers(self.users), versions)

    # What is missing or wrong

    def test_a_key_with_a_line_break_is_refused_by_name(self):
        self.upload(self.users, "V1__create_table_persons.sql", PERSONS)
        self.upload(self.users, "V2__a\nERROR: forged.sql", EMAIL)
        result = self.fails(self.run_all()[self.users.schema], "V2__a\\x0aERROR: forged.sql")
        self.assertNotIn("\nERROR: forged", result.err)
        self.assertEqual(self.users.history(), [])

    def test_a_bucket_that_may_not_be_read_is_no_empty_one(self):
        self.upload(self.users, "V1__create_table_persons.sql", PERSONS)
        self.aws.restart("--deny", f"LIST:{self.users.bucket}")
        self.agent = Agent(self.host_environment())
        self.fails(self.run_all()[self.users.schema], "Access Denied", self.users.bucket, "s3:ListBucket")
        self.assertEqual(self.users.history(), [])

    def test_a_mapping_that_is_wrong_ends_in_the_dead_letter_queue(self):
        for wrong in (None, "schema=users", '["users"]', '{"schema": 1}', json.dumps({"schema": "$(id)", "flywayVersion": VERSION, "flywayConf": "x"})):
            with self.subTest(wrong):
                if wrong is None:
                    self.ssm.delete_parameter(Name=f"/flyway/s3-mapping/{self.users.bucket}")
                else:
                    self.map(self.users.bucket, wrong)
                dead = len(self.queue.dead_letters)
                self.upload(self.users, "V1__create_table_persons.sql", PERSONS)
                self.upload(self.products, "V1__create_table_products.sql", "CREATE TABLE Products (id INT);")
                with self.assertLogs("start_migration", "ERROR") as logs:
                    results = self.run_all()
                self.assertEqual(list(results), [self.products.schema])
                self.assertEqual(len(logs.output), Queue.ATTEMPTS)
                self.assertEqual(len(self.queue.dead_letters), dead + 1)
        self.assertEqual(self.users.history(), [])

        # With the mapping mended, what is in the dead-letter queue is sent again.
        self.map(self.users.bucket, {"schema": self.users.schema, "flywayVersion": VERSION, "flywayConf": self.users.conf})
        for body in self.queue.dead_letters:
            self.queue.send(body)
        self.succeeds(self.run_all()[self.users.schema])
        self.assertEqual(self.users.history(), [("1", "1")])

    def test_a_mapping_to_what_is_not_on_the_host(self):
        for field in ("flywayVersion", "flywayConf"):
            self.map(self.users.bucket, {"schema": self.users.schema, "flywayVersion": VERSION, "flywayConf": self.users.conf, field: "nowhere"})
            self.upload(self.users, "V1__create_table_persons.sql", PERSONS)
            self.fails(self.run_all()[self.users.schema], f"{field} nowhere is not")
        self.assertEqual(self.users.history(), [])

    def test_a_database_that_is_not_reached(self):
        self.host.configure(self.users.conf, "flyway.url=jdbc:mariadb://127.0.0.1:1/\nflyway.user=x\nflyway.password=y\n")
        self.upload(self.users, "V1__create_table_persons.sql", PERSONS)
        self.fails(self.run_all()[self.users.schema], "Unable to obtain connection")


class BySync(Story, PipelineTest):
    """aws s3 sync and filesystem:, the classic way."""
    source = "sync"

    def test_a_bucket_that_may_not_be_read_is_no_empty_one(self):
        self.upload(self.users, "V1__create_table_persons.sql", PERSONS)
        self.aws.restart("--deny", f"LIST:{self.users.bucket}")
        self.agent = Agent(self.host_environment())
        self.fails(self.run_all()[self.users.schema], "AccessDenied")
        self.assertEqual(self.users.history(), [])

    def test_a_file_that_is_gone_from_the_bucket_is_gone_from_the_host(self):
        self.upload(self.users, "V1__create_table_persons.sql", PERSONS)
        self.upload(self.users, "V2__typo.sql", "SELECT 1;")
        self.s3.delete_object(Bucket=self.users.bucket, Key="V2__typo.sql")
        self.succeeds(self.run_all()[self.users.schema])
        self.assertEqual(self.users.history(), [("1", "1")])
        self.upload(self.users, "V1__create_table_persons.sql", PERSONS.replace("City", "Town"))
        self.fails(self.run_all()[self.users.schema], "checksum mismatch")


@unittest.skipUnless("REFERENCE_FLYWAY" in os.environ, "REFERENCE_FLYWAY is not set")
class TakingTurns(PipelineTest):
    """A database that goes from Flyway to whimbrel and back, by its mapping only."""

    def setUp(self):
        super().setUp()
        # Flyway knows flyway.failOnMissingLocations, too; its program is a script that looks for its libraries beside itself.
        launcher = self.folder / "launcher"
        launcher.write_text(f'#!/bin/sh\nexec {os.environ["REFERENCE_FLYWAY"]} "$@"\n', encoding="utf-8")
        self.host.install(launcher, "7.15.0")

    def use(self, version, source):
        self.function = pipeline.new_function(source)
        self.map(self.users.bucket, {"schema": self.users.schema, "flywayVersion": version, "flywayConf": self.users.conf})

    def test_flyway_and_whimbrel(self):
        for version, (tool, source) in enumerate((("7.15.0", "sync"), (VERSION, "sync"), (VERSION, "s3"), ("7.15.0", "sync")), start=1):
            self.use(tool, source)
            self.upload(self.users, f"V{version}__t.sql", f"CREATE TABLE t{version} (id INT);")
            result = self.run_all()[self.users.schema]
            self.assertEqual(result.status, "Success", result)
            self.assertEqual(self.by_hand(self.users, "validate").status, "Success")
        self.assertEqual(self.users.history(), [(str(version), "1") for version in range(1, 5)])


class WorkflowSteps(unittest.TestCase):
    """What github/migrations.yml runs on a pull request, with this machine's server in place of the workflow's."""

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="whimbrel-")))
        self.server = Mysql("mariadb")
        self.addCleanup(self.server.drop)
        (self.folder / "flyway").symlink_to(program.tool)
        workflow = yaml.safe_load((EXAMPLE / "github" / "migrations.yml").read_text(encoding="utf-8"))
        self.job = workflow["jobs"]["validate"]

    def file(self, name, text):
        path = self.folder / "migrations" / self.server.schema / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run_step(self, beginning):
        step, = [step for step in self.job["steps"] if step.get("name", "").startswith(beginning)]
        environment = {**self.job["env"], "PATH": f"{self.folder}:{os.environ['PATH']}", "HOME": str(self.folder), "DATABASE": self.server.schema,
                       "FLYWAY_URL": self.server.server_url, "FLYWAY_USER": self.server.user, "FLYWAY_PASSWORD": self.server.password}
        return subprocess.run(["bash", "-e", "-c", step["run"]], cwd=self.folder, env=environment, capture_output=True, text=True, timeout=60,
                              stdin=subprocess.DEVNULL)

    def test_good_migrations_pass(self):
        self.file("V1__a.sql", "CREATE TABLE a (id INT);")
        self.file("R__b.sql", "CREATE OR REPLACE VIEW b AS SELECT * FROM a;")
        self.assertIn("Successfully applied 2 migrations", self.run_step("Migrate an empty database").stdout)
        self.assertIn("No migration necessary", self.run_step("Migrate it again").stdout)

    def test_a_broken_script_or_name_fails_the_job(self):
        self.file("V1__a.sql", "CREATE TABLE a (id INT)); -- one too many")
        self.assertEqual(self.run_step("Migrate an empty database").returncode, 1)
        self.file("V1__a.sql", "CREATE TABLE a (id INT);")
        self.file("V2_b.sql", "SELECT 1;")
        run = self.run_step("Migrate an empty database")
        self.assertEqual(run.returncode, 1)
        self.assertIn("V2_b.sql", run.stderr)


if __name__ == "__main__":
    program.main()
