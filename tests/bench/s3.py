#!/usr/bin/python3
"""How long listing and reading small objects of an S3 bucket takes, as a part of what `aws s3 sync` of the same takes.

  s3.py --tool build/release/whimbrel [--runs 5] [--objects 5000] [--versitygw PROGRAM]

The server is versitygw where it is named, which keeps up with its clients; else the stand-in of tests/services/aws, which takes
minutes to receive so many objects. The AWS CLI is installed into a virtual environment of its own, unless --aws names it. Runs
of both alternate, so that the load of the machine meets both alike; medians are printed as a Markdown table. whimbrel's `info` on an empty SQLite database lists the bucket and reads each object to its
end; the second row is the same with a checksum cache that knows them all.
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

STANDIN = pathlib.Path(__file__).resolve().parents[1] / "services" / "aws" / "standin.py"
KEY_ID, SECRET = "AKIDTEST0000000000", "testsecret/+0123456789abcdefghijklmnop"
PORT = 7170


def install_aws():
    folder = pathlib.Path("/var/tmp/whimbrel-bench-awscli")
    if not (folder / "bin" / "aws").exists():
        subprocess.run(["/usr/bin/python3", "-m", "venv", folder], check=True)
        subprocess.run([folder / "bin" / "pip", "--quiet", "install", "awscli"], check=True)
    return str(folder / "bin" / "aws")


def start_server(work, versitygw):
    data, port_file = work / "data", work / "port"
    data.mkdir()
    if versitygw:
        environment = {**os.environ, "ROOT_ACCESS_KEY": KEY_ID, "ROOT_SECRET_KEY": SECRET}
        command = [versitygw, "--quiet", "--port", f"127.0.0.1:{PORT}", "--region", "us-east-1", "posix", str(data)]
        server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        time.sleep(3)
        return server, f"http://127.0.0.1:{PORT}"
    server = subprocess.Popen([sys.executable, str(STANDIN), "--root", str(data), "--port-file", str(port_file)],
                              stdout=subprocess.DEVNULL)
    while not port_file.exists():
        time.sleep(0.05)
    return server, f"http://127.0.0.1:{port_file.read_text()}"


def run(command, environment):
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True)
    if done.returncode or b"ERROR" in done.stderr:
        sys.exit(f"{command}: exit {done.returncode}\n{done.stderr.decode()}")


def seconds(command, environment, before=lambda: None):
    before()
    start = time.perf_counter()
    run(command, environment)
    return time.perf_counter() - start


def measure(options, work, url):
    environment = {**os.environ, "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET,
                   "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
    aws, source, copy = options.aws or install_aws(), work / "source", work / "copy"
    source.mkdir()
    for number in range(1, options.objects + 1):
        (source / f"V{number}__script_{number}.sql").write_text(f"INSERT INTO things VALUES ({number}, 'a thing');\n" * 20)
    run([aws, "s3", "mb", "s3://bench"], environment)
    run([aws, "s3", "cp", "--recursive", "--only-show-errors", source, "s3://bench/app"], environment)

    info = [options.tool, f"-url=jdbc:sqlite:{work}/empty.db", "-locations=s3:bench/app", "-infoOfState=success", "info"]
    cached = [*info, f"-s3.checksumCache={work}/checksums"]
    sync = [aws, "s3", "sync", "--only-show-errors", "s3://bench/app", copy]
    run(cached, environment)
    times = {"reading": [], "cached": [], "sync": []}
    for _ in range(options.runs):
        times["reading"].append(seconds(info, environment))
        times["cached"].append(seconds(cached, environment))
        times["sync"].append(seconds(sync, environment, lambda: shutil.rmtree(copy, ignore_errors=True)))
    return {name: statistics.median(values) for name, values in times.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--objects", type=int, default=5000)
    parser.add_argument("--aws")
    parser.add_argument("--versitygw")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="whimbrel-bench-", dir="/var/tmp") as folder:
        work = pathlib.Path(folder)
        server, url = start_server(work, options.versitygw)
        try:
            medians = measure(options, work, url)
        finally:
            server.terminate()
            server.wait()
    print(f"| {options.objects} objects | whimbrel | `aws s3 sync` | part of its time |\n|---|---|---|---|")
    for name, title in (("reading", "list and read"), ("cached", "with a checksum cache")):
        print(f"| {title} | {medians[name]:.2f} s | {medians['sync']:.2f} s | {medians[name] / medians['sync']:.3f} |")


if __name__ == "__main__":
    main()
