#!/usr/bin/python3
"""The tools that whimbrel is measured against, installed by the ordinary clients of their registries.

  peers.py FOLDER    installs what is not there yet: npm for dbmate, go for goose and golang-migrate (minutes of
                     compiling), Maven for Liquibase. A peer whose registry client is missing is left out, and said so.
                     Besides, by go and in ten minutes more, versitygw: the S3 server of the bench.

Flyway 7.15.0 is not in a registry as a program: REFERENCE_FLYWAY names one that is installed.
"""
import dataclasses
import os
import pathlib
import shutil
import subprocess
import sys
import typing

LIQUIBASE = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>bench</groupId><artifactId>bench</artifactId><version>1</version><dependencies>{}</dependencies></project>
""".format("".join(
    f"<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId><version>{version}</version></dependency>"
    for group, name, version in (
        ("org.liquibase", "liquibase-core", "4.29.2"), ("info.picocli", "picocli", "4.7.6"),
        ("org.mariadb.jdbc", "mariadb-java-client", "3.4.1"), ("com.mysql", "mysql-connector-j", "8.4.0"),
        ("org.xerial", "sqlite-jdbc", "3.46.1.3"), ("org.postgresql", "postgresql", "42.7.4"))))
GOOSE = "github.com/pressly/goose/v3/cmd/goose@latest"
GOLANG_MIGRATE = "github.com/golang-migrate/migrate/v4/cmd/migrate@latest"
VERSITYGW = "github.com/versity/versitygw/cmd/versitygw@v1.8.0"


def run(*command, **options):
    print("installing:", " ".join(command), file=sys.stderr, flush=True)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **options)


def install_dbmate(folder):
    run("npm", "install", "--silent", "--prefix", str(folder), "dbmate")


def install_by_go(tags, package):
    return lambda folder: run("go", "install", "-ldflags=-s -w", "-tags", tags, package, env={**os.environ, "GOBIN": str(folder / "bin")})


def install_liquibase(folder):
    (folder / "pom.xml").write_text(LIQUIBASE)
    run("mvn", "-q", "dependency:copy-dependencies", f"-DoutputDirectory={folder}/liquibase", cwd=folder)


@dataclasses.dataclass
class Peer:
    name: str
    registry: str                      # the client of the registry that has it
    file: str                          # is there once it is installed
    install: typing.Callable
    version: list                      # the command that only says its version; empty: it has none
    migrate: typing.Callable           # (database, folder of migrations) → command
    format: str                        # of its migrations: the function in migrations.py
    slow: bool = False                 # starts a JVM: measured fewer times


def peers(folder):
    dbmate = f"{folder}/node_modules/@dbmate/linux-x64/bin/dbmate"
    goose, migrate = f"{folder}/bin/goose", f"{folder}/bin/migrate"
    liquibase = ["java", "-cp", f"{folder}/liquibase/*", "liquibase.integration.commandline.LiquibaseCommandLine"]
    return [
        Peer("dbmate", "npm", dbmate, install_dbmate, [dbmate, "--version"], lambda db, files:
             [dbmate, "--url", db.dbmate, "--migrations-dir", files, "--no-dump-schema", "migrate"], "dbmate"),
        Peer("goose", "go", goose, install_by_go("no_clickhouse no_libsql no_mssql no_vertica no_ydb", GOOSE), [goose, "-version"],
             lambda db, files: [goose, "-dir", files, *db.goose, "up"], "goose"),
        Peer("golang-migrate", "go", migrate, install_by_go("mysql postgres sqlite3", GOLANG_MIGRATE), [migrate, "-version"],
             lambda db, files: [migrate, "-path", files, "-database", db.golang_migrate, "up"], "golang_migrate"),
        Peer("Liquibase", "mvn", f"{folder}/liquibase", install_liquibase, [*liquibase, "--version"], lambda db, files:
             [*liquibase, f"--search-path={files}", "update", "--changelog-file=changelog.xml", f"--url={db.jdbc}",
              *(f"--{key}={value}" for key, value in zip(("username", "password"), db.account))], "liquibase", slow=True),
    ]


def flyway_like(name, program, version, slow=False):
    """Flyway and whimbrel, which are called alike."""
    return Peer(name, "", program, lambda folder: None, version, lambda db, files:
                [program, f"-url={db.jdbc}", *(f"-{key}={value}" for key, value in zip(("user", "password"), db.account)),
                 f"-locations=filesystem:{files}", "migrate"], "flyway", slow=slow)


def available(folder):
    """The peers that are there, and a line for each one that is not."""
    found = [peer for peer in peers(folder) if pathlib.Path(peer.file).exists()]
    return found, [f"{peer.name} is not installed" for peer in peers(folder) if not pathlib.Path(peer.file).exists()]


def install(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for peer in peers(folder):
        if pathlib.Path(peer.file).exists():
            continue
        if shutil.which(peer.registry) is None:
            print(f"left out: {peer.name}, there is no {peer.registry}", file=sys.stderr)
            continue
        peer.install(folder)
    if shutil.which("go") and not s3_server(folder).exists():
        install_by_go("", VERSITYGW)(folder)


def s3_server(folder):
    return folder / "bin" / "versitygw"


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    install(pathlib.Path(sys.argv[1]).resolve())
