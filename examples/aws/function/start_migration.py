"""Starts a migration on the host when .sql files were put into a bucket: S3 → SQS → this function → Systems Manager.

A batch of messages becomes one command per bucket, whatever number of files it tells of; the command lists the bucket
itself. So the names of objects are looked at here only for their ending: they go nowhere else.

What can't be started is given back to the queue, which tries again and at last moves it to the dead-letter queue. Whether
a started migration succeeds is told by Systems Manager, not here.

It can also be invoked by hand, to run a command without an upload: {"bucket": "…", "command": "repair"}.

Environment:
  DOCUMENT          the name of the Systems Manager document
  INSTANCE_ID       the host
  LOG_GROUP         gets the whole output
  SOURCE            s3 (the tool reads the bucket itself) or sync (aws s3 sync, then filesystem:)
  MAPPING_PREFIX    where the parameters are that say which bucket belongs to which schema
  DELIVERY_TIMEOUT  seconds that a command may wait for the host
"""
import json
import logging
import os
import urllib.parse

import boto3
from botocore.exceptions import BotoCoreError, ClientError

FIELDS = ("schema", "flywayVersion", "flywayConf")    # of a mapping; the document checks what is in them

log = logging.getLogger(__name__)
log.setLevel(logging.INFO)
ssm = boto3.client("ssm")    # once per container, not per call


class MappingError(Exception):
    """The parameter that maps a bucket to a schema is missing or wrong."""


def handler(event, _context):
    if "bucket" in event:
        return {"commandId": start(event["bucket"], event.get("command", "migrate"))}
    buckets, failed = group_by_bucket(event["Records"])
    for bucket, messages in buckets.items():
        try:
            start(bucket)
        except (MappingError, ClientError, BotoCoreError) as error:
            log.error("%s: no migration started, will be tried again: %s", json.dumps(bucket), error)
            failed |= messages
    return {"batchItemFailures": [{"itemIdentifier": message} for message in sorted(failed)]}


def group_by_bucket(messages):
    """The identifiers of the messages that tell of uploads, by bucket; and of those that can't be read."""
    buckets, failed = {}, set()
    for message in messages:
        try:
            for bucket in uploads(json.loads(message["body"])):
                buckets.setdefault(bucket, set()).add(message["messageId"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            log.error("message %s is no event of S3: %r", message["messageId"], error)
            failed.add(message["messageId"])
    return buckets, failed


def uploads(event):
    """The buckets into which scripts were put."""
    if event.get("Event") == "s3:TestEvent":    # sent once, when the notification is set up
        return set()
    buckets = set()
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = urllib.parse.unquote_plus(record["s3"]["object"]["key"])    # form-encoded: '+' is a space
        if record["eventName"].startswith("ObjectCreated:") and key.endswith(".sql"):
            log.info("%s: %s", json.dumps(bucket), json.dumps(key))    # as JSON: a line break in a key starts no new line
            buckets.add(bucket)
    return buckets


def start(bucket, command="migrate"):
    """Sends the command for one bucket and returns its identifier."""
    parameters = {"bucket": bucket, "command": command, "source": os.environ["SOURCE"], **mapping(bucket)}
    sent = ssm.send_command(
        DocumentName=os.environ["DOCUMENT"],
        InstanceIds=[os.environ["INSTANCE_ID"]],
        Parameters={name: [value] for name, value in parameters.items()},
        TimeoutSeconds=int(os.environ.get("DELIVERY_TIMEOUT", "3600")),
        Comment=f"{command} {bucket}"[:100],
        CloudWatchOutputConfig={"CloudWatchOutputEnabled": True, "CloudWatchLogGroupName": os.environ["LOG_GROUP"]},
    )["Command"]
    log.info("%s: %s started as %s", json.dumps(bucket), command, sent["CommandId"])
    return sent["CommandId"]


def mapping(bucket):
    """What /flyway/s3-mapping/BUCKET says, a JSON object of texts: {"schema": …, "flywayVersion": …, "flywayConf": …}."""
    name = os.environ.get("MAPPING_PREFIX", "/flyway/s3-mapping/") + bucket
    try:
        text = ssm.get_parameter(Name=name)["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound:
        raise MappingError(f"there is no parameter {name}") from None
    try:
        found = json.loads(text)
    except ValueError as error:
        raise MappingError(f"the parameter {name} is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise MappingError(f"the parameter {name} is not a JSON object")
    for field in FIELDS:
        if not isinstance(found.get(field), str) or not found[field]:
            raise MappingError(f"the parameter {name} has no text for {field}")
    return {field: found[field] for field in FIELDS}
