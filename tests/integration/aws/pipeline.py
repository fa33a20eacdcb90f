"""The pipeline of examples/aws on this machine, from the upload to the history table, for the tests beside this file.

Real: the function, the document with its script, the tool, the database. Stand-ins: S3 and instance credentials
(tests/services/aws, which checks signatures), the queue and Systems Manager (moto), the agent (agent.py).
"""
import importlib.util
import json
import os
import pathlib
import shutil
import sys
import urllib.parse
import uuid

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "program"))

EXAMPLE = HERE.parents[2] / "examples" / "aws"
REGION = "us-east-1"
os.environ.update(AWS_ACCESS_KEY_ID="moto", AWS_SECRET_ACCESS_KEY="moto", AWS_DEFAULT_REGION=REGION)

import boto3
import moto

import aws
import program
from agent import check_parameters

DOCUMENT = "Example-Migrate"
LOG_GROUP = "/ssm/runcommand/flyway-host"
INSTANCE = "i-0123456789abcdef0"
ACCOUNT = "nobody" if os.geteuid() == 0 else None    # who runs the tool on the host
VERSION = "whimbrel-test"


def document():
    """The document as Terraform puts it together: see examples/aws/terraform/texts."""
    content = json.loads((EXAMPLE / "document" / "document.json").read_text(encoding="utf-8"))
    script = (EXAMPLE / "document" / "migrate.sh").read_text(encoding="utf-8")
    content["mainSteps"][0]["inputs"]["runCommand"] = script.split("\n")
    return content


def function(environment):
    """The module of the function, imported anew as a new container of Lambda does it."""
    os.environ.update(environment)
    spec = importlib.util.spec_from_file_location("start_migration", EXAMPLE / "function" / "start_migration.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def s3_event(bucket, *keys, name="ObjectCreated:Put"):
    """What S3 tells the queue of uploads: the keys are form-encoded."""
    return {"Records": [{
        "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": REGION, "eventTime": "2026-11-25T10:00:00.000Z",
        "eventName": name, "userIdentity": {"principalId": "AWS:AIDAEXAMPLE"},
        "requestParameters": {"sourceIPAddress": "192.0.2.1"},
        "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG4V5Wp6S7S/JRWeUWerMUE5JgHvANOjpD"},
        "s3": {"s3SchemaVersion": "1.0", "configurationId": "sql",
               "bucket": {"name": bucket, "ownerIdentity": {"principalId": "A3NL1KOZZKExample"}, "arn": f"arn:aws:s3:::{bucket}"},
               "object": {"key": urllib.parse.quote_plus(key, safe="/"), "size": 1, "eTag": "d41d8cd98f00b204e9800998ecf8427e",
                          "sequencer": "0A1B2C3D4E5F678901"}}} for key in keys]}


def test_event(bucket):
    """What S3 sends when a notification is set up."""
    return {"Service": "Amazon S3", "Event": "s3:TestEvent", "Time": "2026-11-25T10:00:00.000Z", "Bucket": bucket,
            "RequestId": "5582815E1AEA5ADF", "HostId": "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE"}


def message(body, identifier=None):
    """A record as Lambda gets it from a queue."""
    return {"messageId": identifier or str(uuid.uuid4()), "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
            "body": body if isinstance(body, str) else json.dumps(body), "attributes": {"ApproximateReceiveCount": "1"},
            "messageAttributes": {}, "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3", "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:{REGION}:123456789012:uploads", "awsRegion": REGION}


def cloud(test):
    """A mocked parameter store, Systems Manager and queues for the time of one test."""
    mock = moto.mock_aws()
    mock.start()
    test.addCleanup(mock.stop)
    ssm = boto3.client("ssm")
    ssm.create_document(Name=DOCUMENT, DocumentType="Command", DocumentFormat="JSON", Content=json.dumps(document()))
    return ssm


def new_function(source="s3"):
    """The function, whose commands are checked against the document as the service does it and moto doesn't."""
    module = function({"DOCUMENT": DOCUMENT, "INSTANCE_ID": INSTANCE, "LOG_GROUP": LOG_GROUP, "SOURCE": source})
    module.ssm.meta.events.register("provide-client-params.ssm.SendCommand", lambda params, **_: check_parameters(
        document(), params["Parameters"]) and None)
    return module


class Queue:
    """The queue of uploads with its dead-letter queue, and Lambda's poller, which hands batches to the function."""
    ATTEMPTS = 3

    def __init__(self):
        self.sqs = boto3.client("sqs")
        self.dead = self.sqs.create_queue(QueueName="uploads-dead")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        self.url = self.sqs.create_queue(QueueName="uploads", Attributes={
            "RedrivePolicy": json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": self.ATTEMPTS})})["QueueUrl"]

    def send(self, body):
        self.sqs.send_message(QueueUrl=self.url, MessageBody=body if isinstance(body, str) else json.dumps(body))

    def deliver(self, handler):
        """One round: a batch of all that is there. What the function gives back comes again in the next round."""
        batch = []
        while received := self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages"):
            batch += received
        if not batch:
            return
        answer = handler({"Records": [message(one["Body"], one["MessageId"]) for one in batch]}, None)
        failed = {item["itemIdentifier"] for item in answer["batchItemFailures"]}
        for one in batch:
            handle = {"QueueUrl": self.url, "ReceiptHandle": one["ReceiptHandle"]}
            if one["MessageId"] in failed:
                self.sqs.change_message_visibility(**handle, VisibilityTimeout=0)
            else:
                self.sqs.delete_message(**handle)

    def drain(self, handler):
        """Rounds until nothing is left, tried again as often as the queue allows."""
        for _ in range(self.ATTEMPTS + 1):
            self.deliver(handler)

    @property
    def dead_letters(self):
        received = self.sqs.receive_message(QueueUrl=self.dead, MaxNumberOfMessages=10, VisibilityTimeout=0)
        return [one["Body"] for one in received.get("Messages", [])]


class Host:
    """The folders that examples/aws/host/install.sh makes, below a folder of the test."""

    def __init__(self, test, tool, version=VERSION):
        self.root = test.folder / "host"
        test.folder.chmod(0o755)    # the account of the host has to get to its home
        self.home = self.root / "var/lib/flyway/home"
        for folder in ("etc/flyway", "var/lib/flyway/locks", "var/lib/flyway/home"):
            (self.root / folder).mkdir(parents=True)
        self.tool = self.install(tool, version)
        if ACCOUNT:
            shutil.chown(self.home, ACCOUNT)
            self.home.chmod(0o700)

    def install(self, tool, version):
        program_file = self.root / "opt/flyway" / version / "flyway"
        program_file.parent.mkdir(parents=True)
        shutil.copy(tool, program_file)    # the build folder may be closed to the account
        program_file.chmod(0o755)
        return program_file

    def configuration(self, name):
        return (self.root / "etc/flyway" / name).read_text(encoding="utf-8")

    def configure(self, name, text):
        file = self.root / "etc/flyway" / name
        file.write_text(text, encoding="utf-8")
        if ACCOUNT:
            shutil.chown(file, 0, ACCOUNT_GROUP)
        file.chmod(0o640)

    def environment(self, **variables):
        account = {"MIGRATION_ACCOUNT": ACCOUNT} if ACCOUNT else {}
        return {"MIGRATION_ROOT": str(self.root), **account, **variables}


ACCOUNT_GROUP = "nogroup"
