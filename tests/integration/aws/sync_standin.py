"""Stands in for the AWS command line in one respect: `aws s3 sync` as the document's script calls it, which is all that is
understood. With AWS_CLI=… in the environment the tests run a real one instead.
"""
import fnmatch
import os
import pathlib
import sys

import boto3

EXPECTED = ["s3", "sync", "--delete", "--exact-timestamps", "--no-progress", "--exclude", "*", "--include", "*.sql", "--include", "*.conf"]


def main():
    *options, source, target = sys.argv[1:]
    if options != EXPECTED:
        sys.exit(f"unexpected arguments: {options}")
    s3, bucket, folder = boto3.client("s3"), source.removeprefix("s3://"), pathlib.Path(target)
    wanted = {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for item in page.get("Contents", []):
            if fnmatch.fnmatch(item["Key"], "*.sql") or fnmatch.fnmatch(item["Key"], "*.conf"):
                wanted[local(folder, item["Key"])] = item
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


main()
