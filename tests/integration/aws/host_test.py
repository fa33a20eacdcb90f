"""What runs on the host of examples/aws: the document's script, with a recorder in place of the tool, and the installation."""
import concurrent.futures
import fcntl
import hashlib
import os
import pathlib
import pwd
import subprocess
import tarfile
import tempfile
import time
import unittest

import pipeline
from agent import Agent
from pipeline import ACCOUNT, EXAMPLE, VERSION, Host

from botocore.exceptions import ClientError

BUCKET = "users-20261125"

# Writes down how it was called, and does what its configuration file says.
RECORDER = """#!/bin/sh
{
  date +%s.%N
  id -un
  pwd
  echo "$HOME"
  grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status | tr '\\t\\n' '  '; echo
  for word; do printf '%s\\n' "$word"; done
} >"$HOME/call-$$~"
mv "$HOME/call-$$~" "$HOME/call-$$"
conf=${1#-configFiles=}
. "$conf"
date +%s.%N >"$HOME/end-$$"
"""


@unittest.skipUnless(os.geteuid() == 0, "only root can give up root's rights")
class HostTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="whimbrel-")))
        recorder = self.folder / "recorder"
        recorder.write_text(RECORDER, encoding="utf-8")
        self.host = Host(self, recorder)
        self.host.configure("users.conf", "echo done")
        self.programs = self.folder / "bin"
        self.programs.mkdir()

    def agent(self, **options):
        path = f"{self.programs}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        return Agent(self.host.environment(PATH=path), **options)

    def run_document(self, agent=None, **parameters):
        given = {"bucket": BUCKET, "schema": "users", "flywayVersion": VERSION, "flywayConf": "users.conf", **parameters}
        return (agent or self.agent()).run_document(pipeline.document(), {name: [value] for name, value in given.items()})

    def calls(self, *, pattern="call-*"):
        files = sorted(self.host.home.glob(pattern), key=lambda file: file.stat().st_mtime_ns)
        return [file.read_text(encoding="utf-8").splitlines() for file in files if not file.name.endswith("~")]

    def fake(self, name, text):
        file = self.programs / name
        file.write_text("#!/bin/sh\n" + text, encoding="utf-8")
        file.chmod(0o755)

    def fails(self, expected, **parameters):
        result = self.run_document(**parameters)
        self.assertEqual(result.status, "Failed", result)
        self.assertIn(expected, result.err)
        return result


class Call(HostTest):
    def test_the_tool_gets_the_bucket_as_its_location(self):
        for agent in (self.agent(), self.agent(knows_variables=False)):
            result = self.run_document(agent)
            self.assertEqual((result.status, result.out, result.err), ("Success", "done\n", ""))
        conf = self.host.root / "etc/flyway/users.conf"
        for call in self.calls():
            self.assertEqual(call[5:], [f"-configFiles={conf}", "-schemas=users", f"-locations=s3:{BUCKET}", "migrate"])

    def test_the_tool_has_no_rights(self):
        self.run_document()
        call, = self.calls()
        self.assertEqual(call[1:4], [ACCOUNT, str(self.host.home), str(self.host.home)])
        self.assertRegex(call[4], r"CapEff: 0{16} .*NoNewPrivs: 1")

    def test_the_tool_can_read_the_configuration_but_not_change_it(self):
        self.host.configure("users.conf", 'cat "$conf" >/dev/null && ! echo x 2>/dev/null >>"$conf" && ! true 2>/dev/null >"$HOME/../locks/x"')
        self.assertEqual(self.run_document().status, "Success")

    def test_other_commands(self):
        for command in ("info", "validate", "repair"):
            self.assertEqual(self.run_document(command=command).status, "Success")
            self.assertEqual(self.calls()[-1][-1], command)

    def test_the_exit_code_decides(self):
        self.host.configure("users.conf", "echo 'ERROR: no' >&2; exit 1")
        result = self.fails("ERROR: no")
        self.assertEqual(result.code, 1)

    def test_a_version_that_is_not_installed(self):
        self.fails("flywayVersion 8.0 is not installed on this host", flywayVersion="8.0")

    def test_a_configuration_that_is_not_there(self):
        self.fails("flywayConf orders.conf is not on this host", flywayConf="orders.conf")

    def test_two_versions_beside_each_other(self):
        self.host.install(self.host.tool, "7.15.0")
        self.assertEqual(self.run_document(flywayVersion="7.15.0").status, "Success")


class Hostile(HostTest):
    VALUES = ("$(touch pwned)", "`touch pwned`", "x;touch pwned", "x'; touch pwned; '", 'x"; touch pwned; "', "x\ntouch pwned", "x|y",
              "../users", "-x", "", "x y", "x&", "{{ssm:/x}}", "$HOME", "x\\", "*")

    def test_parameters_are_refused_before_they_reach_the_host(self):
        for name in ("bucket", "schema", "flywayVersion", "flywayConf", "command", "source", "executionTimeout"):
            for value in self.VALUES:
                with self.subTest(name=name, value=value), self.assertRaises(ClientError):
                    self.run_document(**{name: value})
        self.assertEqual(self.calls(), [])

    def test_without_patterns_they_would_still_be_data(self):
        document = pipeline.document()
        for rules in document["parameters"].values():
            rules.pop("allowedPattern", None)
        pwned = self.folder / "pwned"
        for name in ("bucket", "schema", "flywayVersion", "flywayConf"):
            for value in (f"$(touch {pwned})", f"x;touch {pwned}", f"x'; touch {pwned}; '", f'x"; touch {pwned}; "', f"x\ntouch {pwned}"):
                given = {"bucket": BUCKET, "schema": "users", "flywayVersion": VERSION, "flywayConf": "users.conf", name: value}
                self.agent().run_document(document, {key: [text] for key, text in given.items()})
                self.assertFalse(pwned.exists(), (name, value))


class Together(HostTest):
    def slow(self):
        self.host.configure("users.conf", 'until [ -e "$HOME/go" ]; do sleep 0.05; done; sleep 0.2')

    def go(self):
        (self.host.home / "go").touch()

    def assert_one_after_another(self, calls):
        began, ended = [float(call[0]) for call in self.calls()], [float(call[0]) for call in self.calls(pattern="end-*")]
        self.assertEqual(len(began), calls)
        for end, begin in zip(ended, began[1:]):
            self.assertLess(end, begin)

    def test_a_burst_becomes_one_run_and_one_that_waits_for_it(self):
        self.slow()
        with concurrent.futures.ThreadPoolExecutor(5) as pool:
            runs = [pool.submit(self.run_document) for _ in range(5)]
            while len(early := [run for run in runs if run.done()]) < 3:
                time.sleep(0.05)
            self.assertEqual({run.result().status for run in early}, {"Success"})
            for run in early:
                self.assertIn("nothing to do here", run.result().out)
            self.go()
            results = [run.result() for run in runs]
        self.assertEqual([result.status for result in results], ["Success"] * 5)
        self.assertEqual(sum("Waiting for another run" in result.out for result in results), 1)
        self.assert_one_after_another(2)

    def test_other_commands_wait_but_are_never_left_out(self):
        self.slow()
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            runs = [pool.submit(self.run_document, command=command) for command in ("migrate", "migrate", "repair")]
            while len(self.calls()) < 1:
                time.sleep(0.05)
            self.go()
            self.assertEqual([run.result().status for run in runs], ["Success"] * 3)
        self.assertIn("repair", [call[-1] for call in self.calls()])

    def test_buckets_do_not_wait_for_each_other(self):
        self.slow()
        self.host.configure("products.conf", 'touch "$HOME/go"')
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            users = pool.submit(self.run_document)
            products = pool.submit(self.run_document, bucket="products-20261125", flywayConf="products.conf")
            self.assertEqual([users.result().status, products.result().status], ["Success", "Success"])

    def test_a_run_that_was_killed_blocks_nobody(self):
        self.host.configure("users.conf", "trap '' TERM; sleep 60")
        self.assertEqual(self.run_document(executionTimeout="2").status, "TimedOut")
        self.host.configure("users.conf", "echo done")
        self.assertEqual(self.run_document(executionTimeout="20").out, "done\n")


class TimeLimit(HostTest):
    def test_before_it_the_tool_is_told_to_stop(self):
        self.host.configure("users.conf", "trap 'kill $!; echo told to stop >&2; exit 1' TERM; sleep 60 & wait")
        self.fails("told to stop", executionTimeout="4")

    def test_a_run_that_waited_until_then_starts_nothing(self):
        with open(self.host.root / "var/lib/flyway/locks" / BUCKET, "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                result = pool.submit(self.run_document, executionTimeout="3")
                time.sleep(2.2)
                fcntl.flock(lock, fcntl.LOCK_UN)
                self.assertIn("The run waited for others until its time was over.", result.result().err)
        self.assertEqual(self.calls(), [])


class Sync(HostTest):
    def test_the_bucket_is_copied_first(self):
        self.fake("aws", 'id -un; printf "%s\\n" "$@"')
        result = self.run_document(source="sync")
        folder = f"{self.host.home}/{BUCKET}"
        self.assertEqual(result.out.splitlines(), [
            ACCOUNT, "s3", "sync", "--delete", "--exact-timestamps", "--no-progress", "--exclude", "*", "--include", "*.sql", "--include",
            "*.conf", f"s3://{BUCKET}", folder, "done"], result)
        self.assertIn(f"-locations=filesystem:{folder}", self.calls()[0])
        self.assertTrue(os.path.isdir(folder))

    def test_nothing_is_migrated_when_that_fails(self):
        self.fake("aws", 'echo "fatal error: Access Denied" >&2; exit 1')
        self.fails("Access Denied", source="sync")
        self.assertEqual(self.calls(), [])


class Output(HostTest):
    def test_the_error_is_seen_however_much_was_printed_before(self):
        self.host.configure("users.conf", "seq 1 20000; echo 'ERROR: the cause' >&2; exit 1")
        result = self.fails("ERROR: the cause")
        self.assertEqual(len(result.out), 24000)


@unittest.skipUnless(os.geteuid() == 0, "only root can install a host")
class Installation(unittest.TestCase):
    """Below another root folder, with a program `aws` that takes the objects from a folder."""

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="whimbrel-")))
        self.root, self.bucket = self.folder / "root", self.folder / "artifacts"
        (self.bucket / "conf").mkdir(parents=True)
        (self.bucket / "conf/users.conf").write_text("flyway.url=jdbc:mysql://db/\n", encoding="utf-8")
        (self.bucket / "rds-ca.pem").write_text("certificates", encoding="utf-8")
        self.archive("echo 'whimbrel 0.1.0'")
        programs = self.folder / "bin"
        programs.mkdir()
        self.aws = programs / "aws"
        self.aws.write_text(f"""#!/bin/sh
set -eu
[ "$1 $2 $3" = "s3 cp --only-show-errors" ] && shift 3
recursive=
[ "$1" != --recursive ] || {{ recursive=-rT; shift; }}
cp $recursive "{self.folder}/${{1#s3://}}" "$2"
""", encoding="utf-8")
        self.aws.chmod(0o755)
        self.path = f"{programs}:/usr/sbin:/usr/bin:/sbin:/bin"

    def archive(self, script):
        source = self.folder / "whimbrel-0.1.0"
        source.mkdir(exist_ok=True)
        (source / "flyway").write_text("#!/bin/sh\n" + script + "\n", encoding="utf-8")
        (source / "flyway").chmod(0o755)
        with tarfile.open(self.bucket / "whimbrel.tar.gz", "w:gz") as archive:
            archive.add(source, "whimbrel-0.1.0")
        self.checksum = hashlib.sha256((self.bucket / "whimbrel.tar.gz").read_bytes()).hexdigest()

    def install(self):
        return subprocess.run(["/bin/sh", EXAMPLE / "host" / "install.sh"], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
                              cwd="/", env={"PATH": self.path, "MIGRATION_ROOT": str(self.root), "MIGRATION_ACCOUNT": ACCOUNT, "MIGRATION_TRIES": "1", "ARTIFACTS": "artifacts",
                                            "ARCHIVE": "whimbrel.tar.gz", "ARCHIVE_SHA256": self.checksum, "VERSION": "whimbrel-0.1.0"})

    @property
    def tool(self):
        return self.root / "opt/flyway/whimbrel-0.1.0/flyway"

    def test_what_it_leaves(self):
        for _ in range(2):    # it may be run again
            run = self.install()
            self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "whimbrel 0.1.0\n", ""))
        modes = {str(path.relative_to(self.root)): (path.owner(), oct(path.stat().st_mode & 0o7777)) for path in self.root.rglob("*")}
        self.assertEqual(modes, {
            "opt": ("root", "0o755"), "etc": ("root", "0o755"), "var": ("root", "0o755"), "var/lib": ("root", "0o755"),
            "opt/flyway": ("root", "0o755"), "opt/flyway/whimbrel-0.1.0": ("root", "0o755"),
            "opt/flyway/whimbrel-0.1.0/flyway": ("root", "0o755"),
            "etc/flyway": ("root", "0o750"), "etc/flyway/users.conf": ("root", "0o640"), "etc/flyway/rds-ca.pem": ("root", "0o640"),
            "var/lib/flyway": ("root", "0o755"), "var/lib/flyway/locks": ("root", "0o700"), "var/lib/flyway/home": (ACCOUNT, "0o700")})
        self.assertEqual((self.root / "etc/flyway/users.conf").stat().st_gid, pwd.getpwnam(ACCOUNT).pw_gid)

    def test_a_new_archive_replaces_the_old_one(self):
        self.install()
        self.archive("echo 'whimbrel 0.1.0, mended'")
        self.assertEqual(self.install().stdout, "whimbrel 0.1.0, mended\n")
        self.assertIn("mended", self.tool.read_text(encoding="utf-8"))

    def test_an_archive_with_another_checksum_is_not_installed(self):
        for wrong in ("0" * 64, "", "not a checksum"):
            self.checksum = wrong
            run = self.install()
            self.assertNotEqual(run.returncode, 0)
            self.assertEqual(list((self.root / "opt/flyway").iterdir()), [])

    def test_a_program_that_cannot_run_here_is_not_installed(self):
        self.archive("exit 127")
        self.assertNotEqual(self.install().returncode, 0)
        self.assertEqual(list((self.root / "opt/flyway").iterdir()), [])

    def test_what_cannot_be_fetched_stops_it(self):
        (self.bucket / "rds-ca.pem").unlink()
        self.assertNotEqual(self.install().returncode, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
