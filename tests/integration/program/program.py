"""What the tests of the whole program share: a scratch database, a folder of scripts, and the tool run on both.

Each file NAME_test.py is run by ctest as `NAME_test.py --tool build/…/whimbrel [unittest options]`. Servers are those of
WHIMBREL_TEST_MARIADB_URL, WHIMBREL_TEST_MYSQL_URL (JDBC URLs without a database) and WHIMBREL_TEST_POSTGRESQL_URL, for an
account that may do everything: fly/fly, or …_USER and …_PASSWORD; a test whose server is not given says that it is skipped.
"""
import argparse
import contextlib
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True

HISTORY = "flyway_schema_history"
NOBODY = 65534    # the account that owns nothing
PATIENCE = 60    # seconds that anything may take before it counts as hanging
tool = None      # the program under test, an absolute path
passwords = set()    # what no output of the program may show: see assert_no_password


class Sqlite:
    """A database file in the folder of the test."""
    kind = "sqlite"
    login = ()
    schema = "main"

    def __init__(self, folder):
        self.file = folder / "test.db"
        self.url = f"jdbc:sqlite:{self.file}"

    def query(self, sql):
        with contextlib.closing(sqlite3.connect(self.file, timeout=PATIENCE)) as connection:
            rows = [[None if value is None else str(value) for value in row] for row in connection.execute(sql)]
            connection.commit()
        return rows

    def run(self, script):
        with contextlib.closing(sqlite3.connect(self.file, timeout=PATIENCE)) as connection:
            connection.executescript(script)

    def drop(self):
        pass

    @staticmethod
    def quote(name):
        return '"' + name.replace('"', '""') + '"'


class Server:
    """A database of its own with a random name on a server, through the server's client. Subclasses know the client."""

    def __init__(self, kind, name=None):
        self.kind = kind
        variable = f"WHIMBREL_TEST_{kind.upper()}"
        if f"{variable}_URL" not in os.environ:
            raise unittest.SkipTest(f"{variable}_URL is not set")
        self.server_url = os.environ[f"{variable}_URL"]
        self.host, self.port = re.search(r"//([^:/]+):(\d+)", self.server_url).groups()
        self.user = os.environ.get(f"{variable}_USER", "fly")
        self.password = os.environ.get(f"{variable}_PASSWORD", "fly")
        if len(self.password) >= 8:    # a shorter one may well stand in a text by chance
            passwords.add(self.password)
        self.login = (f"-user={self.user}", f"-password={self.password}")
        self.name = name or f"whimbrel_{secrets.token_hex(6)}"
        self.url = self.url_of(self.name)
        self.also_drop = []    # other databases that a test makes
        self.accounts = []
        self.create()

    def run(self, script, database=None, *options):
        database = self.name if database is None else database
        done = subprocess.run([*self.client(*options), *([database] if database else [])], input=script.encode(),
                              capture_output=True, timeout=PATIENCE, env={**os.environ, self.password_variable: self.password})
        if done.returncode:
            raise RuntimeError(f"{script[:200]}: {done.stderr.decode(errors='replace')}")
        return done.stdout.decode("utf-8", "replace")

    def account(self, *grants, password="Secret-1"):
        """A new account; each grant is "SELECT ON {schema}.*" or the like. Gives its login options."""
        name = f"w_{secrets.token_hex(6)}"
        self.accounts.append(name)
        if len(password) >= 8:
            passwords.add(password)
        self.create_account(name, password)
        for grant in grants:
            self.query(f"GRANT {grant.format(schema=self.quote(self.schema))} TO {self.account_name(name)}")
        return (f"-user={name}", f"-password={password}")

    def drop(self):
        for name in [self.name, *self.also_drop]:
            self.query(f"DROP DATABASE IF EXISTS {self.quote(name)}{self.drop_options}", database="")
        for account in self.accounts:
            self.query(f"DROP USER IF EXISTS {self.account_name(account)}", database="")


class Mysql(Server):
    """MySQL or MariaDB, where a database is a schema."""
    password_variable = "MYSQL_PWD"
    drop_options = ""

    @property
    def schema(self):
        return self.name

    def url_of(self, database):
        address, mark, options = self.server_url.partition("?")
        return address + database + mark + options

    def create(self):
        self.query(f"CREATE DATABASE {self.quote(self.name)} CHARACTER SET utf8mb4", database="")

    def create_account(self, name, password):
        literal = password.replace("\\", "\\\\").replace("'", "\\'")
        self.query(f"CREATE USER {self.account_name(name)} IDENTIFIED BY '{literal}'", database="")

    @staticmethod
    def account_name(name):
        return f"{name}@'%'"

    def client(self, *options):
        program = shutil.which("mariadb") or shutil.which("mysql") or "mariadb"
        return [program, f"-h{self.host}", f"-P{self.port}", f"-u{self.user}", "--protocol=tcp",
                "--default-character-set=utf8mb4", "-N", "-B", *options]

    def query(self, sql, database=None):
        def value(field):
            return None if field == "NULL" else re.sub(r"\\([nt0\\])", lambda m: {"n": "\n", "t": "\t", "0": "\0", "\\": "\\"}[m[1]], field)
        return [[value(field) for field in line.split("\t")] for line in self.run(sql, database).split("\n") if line]

    @staticmethod
    def quote(name):
        return "`" + name.replace("`", "``") + "`"


class Postgresql(Server):
    password_variable = "PGPASSWORD"
    drop_options = " WITH (FORCE)"
    schema = "public"

    def url_of(self, database):
        return f"{self.server_url.rpartition('/')[0]}/{database}"

    def create(self):
        self.query(f"CREATE DATABASE {self.quote(self.name)}", database="")

    def create_account(self, name, password):
        literal = password.replace("'", "''")
        self.query(f"CREATE ROLE {name} LOGIN PASSWORD '{literal}'", database="")

    @staticmethod
    def account_name(name):
        return name

    def client(self, *options):
        return ["psql", "-X", "-qAt", f"-h{self.host}", f"-p{self.port}", f"-U{self.user}", "-vON_ERROR_STOP=1", "-F\x1f", "-R\x1e",
                "-Pnull=\x1d", *options, "-d"]

    def run(self, script, database=None, *options):
        return super().run(script, "postgres" if database == "" else database, *options)

    def query(self, sql, database=None):
        rows = self.run(sql, database).removesuffix("\n")
        return [[None if field == "\x1d" else field for field in row.split("\x1f")] for row in rows.split("\x1e") if row]

    @staticmethod
    def quote(name):
        return '"' + name.replace('"', '""') + '"'


def make_database(kind, folder):
    """A new database, in `folder` if it is a file."""
    if kind == "sqlite":
        return Sqlite(folder)
    return Postgresql(kind) if kind == "postgresql" else Mysql(kind)


def assert_no_password(*outputs):
    for output in outputs:
        text = output.decode(errors="replace") if isinstance(output, bytes) else output or ""
        for password in passwords:
            if password in text:
                raise AssertionError(f"a password is shown: {text}")


class Run:
    """What one run of the tool gave back. Never a password: that is looked at here for every test."""

    def __init__(self, process):
        self.code, self.out, self.err = process.returncode, process.stdout, process.stderr
        assert_no_password(self.out, self.err)

    def __str__(self):
        return f"exit {self.code}\n--- stdout\n{self.out}--- stderr\n{self.err}---"

    @property
    def json(self):
        return json.loads(self.out)


class ProgramTest(unittest.TestCase):
    """A test with a folder of scripts. Subclasses name their database by `kind`, or use several()."""
    maxDiff = None
    kind = "sqlite"

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="whimbrel-")))
        self.sql = self.folder / "sql"
        self.sql.mkdir()
        self.database = make_database(self.kind, self.folder)
        self.addCleanup(lambda: self.database.drop())

    def script(self, name, text):
        path = self.sql / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def scripts(self, **texts):
        for name, text in texts.items():
            self.script(name + ".sql", text)

    def command(self, *words, login=None, program=None):
        login = self.database.login if login is None else login
        return [program or tool, f"-url={self.database.url}", *login, f"-locations=filesystem:{self.sql}",
                "-cleanDisabled=false", *words]

    def as_nobody(self):
        """Options of start() for an account without rights, which may not even enter the build folder."""
        copy = self.folder / "tool"
        if not copy.exists():
            copy.write_bytes(pathlib.Path(tool).read_bytes())
            copy.chmod(0o755)
        return {"program": str(copy), "user": NOBODY, "group": NOBODY, "extra_groups": []}

    def start(self, *words, login=None, program=None, **options):
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True,
                   "cwd": self.folder, **options}
        process = subprocess.Popen(self.command(*words, login=login, program=program), **options)
        self.addCleanup(kill, process)
        return process

    def finish(self, process, timeout=PATIENCE):
        process.stdout_text, process.stderr_text = process.communicate(timeout=timeout)
        for word in process.args:
            if word.startswith("-outputFile=") and (file := self.folder / word.partition("=")[2]).is_file():
                assert_no_password(file.read_bytes())
        return Run(subprocess.CompletedProcess(process.args, process.returncode, process.stdout_text,
                                               process.stderr_text))

    def run_tool(self, *words, **options):
        return self.finish(self.start(*words, **options))

    def succeeds(self, *words, **options):
        run = self.run_tool(*words, **options)
        self.assertEqual(run.code, 0, f"{words}: {run}")
        return run

    def fails(self, *words, **options):
        """The run must end with 1 and say why on stderr, in the user's terms."""
        run = self.run_tool(*words, **options)
        self.assertEqual(run.code, 1, f"{words}: {run}")
        self.assertTrue(run.err.startswith("ERROR: "), f"{words}: {run}")
        self.assertNotRegex(run.err, r"std::|basic_string|terminate called|_M_", f"{words}: {run}")
        return run

    def history(self, columns="version, type, CASE WHEN success THEN 1 ELSE 0 END"):
        table = self.database.quote(HISTORY)
        return self.database.query(f"SELECT {columns} FROM {table} ORDER BY installed_rank")

    def applied(self):
        """The versions (or descriptions) that the history has as applied, in order."""
        return [row[0] for row in self.history("COALESCE(version, description)")]

    def wait_for(self, condition, what, process=None):
        """What `condition` gives when that is something; a `process` that is to bring it about must not end before."""
        end = time.monotonic() + PATIENCE
        while not (result := condition()):
            self.assertLess(time.monotonic(), end, f"waited in vain for {what}")
            if process and process.poll() is not None:
                self.fail(f"ended before {what}: {self.finish(process)}")
            time.sleep(0.02)
        return result


def kill(process):
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            pipe.close()


def on_each(*kinds):
    """Makes one class per database of a class that describes tests for any: on_each("sqlite", "mysql")."""
    def decorate(described):
        module = sys.modules[described.__module__]
        for kind in kinds:
            name = f"{described.__name__}_on_{kind}"
            setattr(module, name, type(name, (described, ProgramTest), {"kind": kind, "__module__": described.__module__}))
        return described
    return decorate


SERVERS = ("mariadb", "mysql")    # those that speak MySQL's dialect
EVERYWHERE = ("sqlite", *SERVERS)


def main():
    global tool
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", required=True)
    options, rest = parser.parse_known_args()
    tool = str(pathlib.Path(options.tool).absolute())
    for name in [name for name in os.environ if name.startswith("FLYWAY_")]:
        del os.environ[name]    # what the developer has configured is not what is tested
    unittest.main(module="__main__", argv=[sys.argv[0], *rest], verbosity=2)
