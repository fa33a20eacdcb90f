"""The databases of the bench: an empty one each time, its address in every tool's words, and its own client.

Servers are those of CONFORMANCE_MARIADB, CONFORMANCE_MYSQL and CONFORMANCE_POSTGRESQL (USER:PASSWORD@HOST:PORT);
tests/services starts them, on the ports that are the defaults here.
"""
import os
import pathlib
import re
import subprocess


class Sqlite:
    kind = "sqlite"
    account = []
    environment = {}

    def __init__(self, folder, name):
        self.file = folder / f"{name}.db"
        self.jdbc = f"jdbc:sqlite:{self.file}"
        self.dbmate = f"sqlite:{self.file}"
        self.goose = ["sqlite3", str(self.file)]
        self.golang_migrate = f"sqlite3://{self.file}"

    def reset(self):
        for suffix in ("", "-wal", "-shm", "-journal"):
            pathlib.Path(f"{self.file}{suffix}").unlink(missing_ok=True)

    drop = reset

    def client(self, *words):
        return ["sqlite3", "-bail", str(self.file), *words]


class Server:
    """`home` is a database that is always there, for the statements that make and drop others."""

    def __init__(self, name):
        text = os.environ.get(f"CONFORMANCE_{self.kind.upper()}", f"fly:fly@127.0.0.1:{self.port}")
        self.user, self.password, self.host, self.port = re.fullmatch(r"([^:@/]*):([^@]*)@([^:]+):(\d+)", text).groups()
        self.account = [self.user, self.password]
        self.address = f"{self.host}:{self.port}"
        self.name = f"whimbrel_bench_{name}"

    def execute(self, *statements):
        for statement in statements:
            subprocess.run(self.client(statement, database=self.home), check=True, env={**os.environ, **self.environment})

    def reset(self):
        self.execute(f"DROP DATABASE IF EXISTS {self.name}", f"CREATE DATABASE {self.name}")

    def drop(self):
        self.execute(f"DROP DATABASE IF EXISTS {self.name}")


class Mariadb(Server):
    kind = "mariadb"
    port = 13316
    home = ""
    options = ""

    def __init__(self, folder, name):
        super().__init__(name)
        account = f"{self.user}:{self.password}"
        self.jdbc = f"jdbc:{self.kind}://{self.address}/{self.name}{self.options}"
        self.dbmate = f"mysql://{account}@{self.address}/{self.name}"
        self.goose = ["mysql", f"{account}@tcp({self.address})/{self.name}?parseTime=true"]
        self.golang_migrate = f"mysql://{account}@tcp({self.address})/{self.name}?multiStatements=true"
        self.environment = {"MYSQL_PWD": self.password}

    def client(self, *words, database=None):
        words = [part for word in words for part in ("-e", word)]
        return ["mariadb", "--no-defaults", f"-h{self.host}", f"-P{self.port}", f"-u{self.user}", "--protocol=tcp", "-N", "-B", *words,
                self.name if database is None else database]


class Mysql(Mariadb):
    kind = "mysql"
    port = 13317
    options = "?useSSL=false&allowPublicKeyRetrieval=true"


class Postgresql(Server):
    kind = "postgresql"
    port = 15432
    home = "postgres"

    def __init__(self, folder, name):
        super().__init__(name)
        account = f"{self.user}:{self.password}"
        self.jdbc = f"jdbc:postgresql://{self.address}/{self.name}?sslmode=disable"
        self.dbmate = f"postgres://{account}@{self.address}/{self.name}?sslmode=disable"
        self.libpq = [f"host={self.host} port={self.port} user={self.user} password={self.password} dbname={self.name} sslmode=disable"]
        self.goose = ["postgres", *self.libpq]
        self.golang_migrate = self.dbmate
        self.environment = {"PGPASSWORD": self.password, "PGSSLMODE": "disable", "PGOPTIONS": "-c client_min_messages=warning"}

    def client(self, *words, database=None):
        words = [part for word in words for part in ("-c", word)]
        return ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.host, "-p", self.port, "-U", self.user,
                "-d", self.name if database is None else database, *words]


DATABASES = {database.kind: database for database in (Sqlite, Mariadb, Mysql, Postgresql)}
