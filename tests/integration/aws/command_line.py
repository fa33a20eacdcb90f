"""Stands in for the AWS command line in the calls that the scripts of examples/aws make, and understands no others. With
AWS_CLI=… in the environment the tests run a real one instead.
"""
import base64
import fnmatch
import hashlib
import os
import pathlib
import sys

import boto3

SYNC = ["s3", "sync", "--delete", "--exact-timestamps", "--no-progress", "--exclude", "*", "--include", "*.sql", "--include", "*.conf"]


def objects(s3, bucket):
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return [item for page in pages for item in page.get("Contents", [])]


def sync(s3, source, target):
    bucket, folder = source.removeprefix("s3://"), pathlib.Path(target)
    wanted = {local(folder, item["Key"]): item for item in objects(s3, bucket)
              if fnmatch.fnmatch(item["Key"], "*.sql") or fnmatch.fnmatch(item["Key"], "*.conf")}
    for file in folder.rglob("*"):
        if file.is_file() and file not in wanted:
            file.unlink()
            print(f"delete: {file}")
    for file, item in wanted.items():
        time = item["LastModified"].timestamp()
        if file.exists() and (file.stat().st_size, file.stat().st_mtime) == (item["Size"], time):
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read())
        os.utime(file, (time, time))
        print(f"download: s3://{bucket}/{item['Key']!r} to {file}")


def local(folder, key):
    """The real one refuses keys that lead out of the folder."""
    file = pathlib.Path(os.path.normpath(folder / key))
    if not file.is_relative_to(folder):
        sys.exit(f"the key {key!r} leads out of {folder}")
    return file


def list_objects(s3, bucket):
    """--query 'Contents[].[ETag, Key]' --output text"""
    print("\n".join(f"{item['ETag']}\t{item['Key']}" for item in objects(s3, bucket)) or "None")


def put_object(s3, bucket, key, file):
    content = pathlib.Path(file).read_bytes()
    s3.put_object(Bucket=bucket, Key=key, Body=content, ChecksumSHA256=base64.b64encode(hashlib.sha256(content).digest()).decode())


def main():
    s3, words = boto3.client("s3"), sys.argv[1:]
    match words:
        case [*options, source, target] if options == SYNC:
            sync(s3, source, target)
        case ["s3api", "list-objects-v2", "--bucket", bucket, "--query", "Contents[].[ETag, Key]", "--output", "text"]:
            list_objects(s3, bucket)
        case ["s3api", "put-object", "--bucket", bucket, key, "--body", file, "--checksum-algorithm", "SHA256"] if key.startswith("--key="):
            put_object(s3, bucket, key.removeprefix("--key="), file)
        case _:
            sys.exit(f"unexpected arguments: {words}")


main()
