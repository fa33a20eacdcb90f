#!/usr/bin/python3
"""The files of examples/ci, docker, kubernetes and systemd: they can be read, they ask for as few rights as they say, and the
settings and commands in them migrate a database."""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import unittest

import yaml

import program
from program import ProgramTest

EXAMPLES = pathlib.Path(__file__).resolve().parents[3] / "examples"
KEYS = (EXAMPLES.parent / "docs" / "configuration.md").read_text(encoding="utf-8")


def read(name):
    return (EXAMPLES / name).read_text(encoding="utf-8")


class ExampleTest(ProgramTest):
    kind = "mariadb"

    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one (id INT);")
        self.secret = self.folder / "password"
        self.secret.write_text(self.database.password + "\n", encoding="utf-8")
        (self.folder / "bin").mkdir()
        (self.folder / "bin" / "whimbrel").symlink_to(program.tool)

    def migrates(self, settings, command):
        """Runs a shell's `command` with an example's settings, but for what names the server, and looks at what it has done."""
        for name in settings:
            self.assertTrue(not name.startswith("FLYWAY_") or f"`{name}`" in KEYS, f"{name} is no variable of a key")
        replaced = {"FLYWAY_URL": self.database.url, "FLYWAY_USER": self.database.user, "FLYWAY_PASSWORD": self.database.password,
                    "FLYWAY_PASSWORD_FILE": str(self.secret), "FLYWAY_LOCATIONS": f"filesystem:{self.sql}",
                    "FLYWAY_SCHEMAS": self.database.schema}
        environment = {name: replaced.get(name, str(value)) for name, value in settings.items()}
        run = subprocess.run(["bash", "-e", "-c", command], cwd=self.folder, capture_output=True, text=True, timeout=program.PATIENCE,
                             stdin=subprocess.DEVNULL, env={"PATH": f"{self.folder}/bin:{os.environ['PATH']}", **environment})
        self.assertEqual((run.returncode, run.stderr), (0, ""), run)
        self.assertIn("Successfully applied 1 migration", run.stdout)
        self.assertEqual(self.applied(), ["1"])


class Ci(ExampleTest):
    def test_github_actions(self):
        text = read("ci/github-actions.yml")
        workflow = yaml.safe_load(text)
        self.assertEqual(workflow["permissions"], {"contents": "read"})
        for use in re.findall(r"uses: (.*)", text):
            self.assertRegex(use, r"^[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
        for job in workflow["jobs"].values():
            for step in job["steps"]:
                self.assertNotIn("${{", step.get("run", ""))
        job = workflow["jobs"]["validate"]
        secret = {"FLYWAY_PASSWORD": ""}    # that server has none, ours has
        self.migrates({**job["env"], **secret}, job["steps"][-1]["run"])

    def test_github_actions_deploying(self):
        job = yaml.safe_load(read("ci/github-actions.yml"))["jobs"]["deploy"]
        self.assertEqual((job["environment"], job["concurrency"]), ("production", "migrations"))
        self.migrates(job["env"], job["steps"][-1]["run"])

    def test_gitlab(self):
        jobs = yaml.safe_load(read("ci/gitlab-ci.yml"))
        job = jobs["validate"]
        self.assertEqual(job["extends"], ".whimbrel")
        self.migrates({**job["variables"], "FLYWAY_PASSWORD": ""}, "\n".join(job["script"]))
        for line in jobs[".whimbrel"]["before_script"]:
            subprocess.run(["bash", "-n"], input=line, text=True, check=True)

    def test_gitlab_deploying(self):
        job = yaml.safe_load(read("ci/gitlab-ci.yml"))["deploy"]
        self.migrates(job["variables"], "\n".join(job["script"]))


class Kubernetes(ExampleTest):
    def test_the_job(self):
        job = yaml.safe_load(read("kubernetes/migrate.yaml"))
        pod = job["spec"]["template"]["spec"]
        container, = pod["containers"]
        self.assertTrue(pod["securityContext"]["runAsNonRoot"])
        self.assertEqual(container["securityContext"], {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}})
        volumes, mounts = ({item["name"] for item in items} for items in (pod["volumes"], container["volumeMounts"]))
        self.assertEqual(volumes, mounts)
        settings = {item["name"]: item["value"] for item in container["env"]}
        folders = [mount["mountPath"] for mount in container["volumeMounts"]]
        self.assertIn(str(pathlib.PurePath(settings["FLYWAY_PASSWORD_FILE"]).parent), folders)
        self.assertIn(settings["FLYWAY_LOCATIONS"].removeprefix("filesystem:"), folders)
        self.migrates(settings, shlex.join(["whimbrel", *container["args"]]))


class Systemd(ExampleTest):
    UNIT = "systemd/whimbrel-migrate.service"

    def test_the_service(self):
        text = read(self.UNIT)
        settings = dict(word.split("=", 1) for line in re.findall(r"^Environment=(.*)", text, re.M) for word in shlex.split(line))
        command, = re.findall(r"^ExecStart=/usr/bin/(.*)", text, re.M)
        self.migrates({**settings, "CREDENTIALS_DIRECTORY": str(self.folder)}, command)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "there is no systemd-analyze on this machine")
    def test_systemd_finds_no_fault(self):
        unit = self.folder / "whimbrel-migrate.service"
        unit.write_text(read(self.UNIT).replace("/usr/bin/whimbrel", program.tool), encoding="utf-8")
        found = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
        self.assertEqual([line for line in found.stderr.splitlines() if "whimbrel-migrate" in line], [])
        found = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=20", unit], capture_output=True, text=True)
        self.assertEqual(found.returncode, 0, found.stdout)


class Docker(unittest.TestCase):
    def setUp(self):
        text = re.sub(r"\\\n", " ", read("docker/Dockerfile"))
        self.lines = [line.split(None, 1) for line in text.splitlines() if line and not line.startswith("#")]

    def values(self, instruction):
        return [value for name, value in self.lines if name == instruction]

    def test_instructions(self):
        self.assertLessEqual({name for name, _ in self.lines}, {"FROM", "WORKDIR", "COPY", "RUN", "USER", "ENTRYPOINT", "CMD"})
        for image in self.values("FROM"):
            self.assertRegex(image, r"^[\w./-]+:[\w.-]+( AS \w+)?$")
        self.assertEqual(self.lines[-3:], [["USER", "65534:65534"], ["ENTRYPOINT", '["whimbrel"]'], ["CMD", '["help"]']])
        for command in self.values("RUN"):
            subprocess.run(["sh", "-n"], input=command, text=True, check=True)

    def test_files_that_are_copied_are_there(self):
        for files in self.values("COPY"):
            if not files.startswith("--from"):
                self.assertTrue((EXAMPLES.parent / files.split()[0]).exists(), files)

    @unittest.skipUnless(shutil.which("dpkg-query"), "this is no Debian")
    def test_the_libraries_that_the_program_loads_when_it_needs_them_are_installed(self):
        """The others are linked into the release that the image has."""
        installed = set(self.values("RUN")[2].split())
        headers = subprocess.run(["objdump", "-p", program.tool], capture_output=True, text=True, check=True).stdout
        named = set(re.findall(rb"\0(lib\w+\.so\.\d+)(?=\0)", pathlib.Path(program.tool).read_bytes()))
        loaded = {name.decode() for name in named} - set(re.findall(r"NEEDED +(\S+)", headers))
        self.assertIn("libpq.so.5", loaded)
        for library in loaded:
            found = subprocess.run(["dpkg-query", "-S", f"*/{library}"], capture_output=True, text=True).stdout
            owners = {line.partition(":")[0] for line in found.splitlines()}
            self.assertTrue(owners & installed, f"{library}: {owners}")


if __name__ == "__main__":
    program.main()
