#!/usr/bin/python3
"""Proves that whimbrel continues a database that real Flyway migrated, and the other way round. Optional: it needs
an installed Flyway 7.15.0 and says that it is skipped without one.

  REFERENCE_FLYWAY=/opt/flyway-7.15.0/flyway both-ways.py --tool whimbrel [--databases sqlite,mariadb,mysql,postgresql]

On each database, for each order of the two tools: the first applies V1, V2 and R; the second finds that valid and
applies V3; the first finds that valid again. Both orders must leave the same history and the same schema.
The servers are those of CONFORMANCE_MARIADB, CONFORMANCE_MYSQL and CONFORMANCE_POSTGRESQL; tests/services starts some.
"""
import argparse
import os
import pathlib
import secrets
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "conformance"))
from conformance import parse_server
from databases import Mariadb, Postgresql, RealMysql, Sqlite

SERVERS = {"mariadb": (Mariadb, "CONFORMANCE_MARIADB", "fly:fly@127.0.0.1:13316"),
           "mysql": (RealMysql, "CONFORMANCE_MYSQL", "fly:fly@127.0.0.1:13317"),
           "postgresql": (Postgresql, "CONFORMANCE_POSTGRESQL", "fly:fly@127.0.0.1:15432")}

FIRST = {"V1__persons.sql": "CREATE TABLE persons (id INT PRIMARY KEY, name VARCHAR(50));\r\nINSERT INTO persons VALUES (1, 'Zoë');\r\n",
         "V2__city.sql": "\ufeffALTER TABLE persons ADD city VARCHAR(50);\n",
         "R__persons_view.sql": "DROP VIEW IF EXISTS persons_view;\nCREATE VIEW persons_view AS SELECT name, '${tone}' AS tone FROM persons;\n"}
THEN = {"V3__more.sql": "INSERT INTO persons VALUES (2, 'Ada', 'London')"}


class Disagreement(Exception):
    """What one tool did and the other does not accept."""


def open_database(kind):
    if kind == "sqlite":
        return Sqlite(())
    driver, variable, default = SERVERS[kind]
    server = parse_server(os.environ.get(variable, default))
    return driver((*server, "postgres") if driver is Postgresql else server)


def write(folder, files):
    for name, text in files.items():
        (folder / name).write_bytes(text.encode("utf-8"))


def continue_each_other(first, second, kind, work):
    """The history and the schema that two tools leave who take turns on one database."""
    database = open_database(kind)
    name = database.name_for(secrets.token_hex(4), work)
    scripts = work / "sql"
    scripts.mkdir()

    def run(tool, command):
        arguments = [tool, f"-url={database.url(name)}", f"-locations=filesystem:{scripts}", "-placeholders.tone=calm"]
        if database.user:
            arguments += [f"-user={database.user}", f"-password={database.password}"]
        done = subprocess.run([*arguments, command], cwd=work, capture_output=True, text=True, timeout=120)
        if done.returncode:
            raise Disagreement(f"{tool} {command}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    database.create(name)
    try:
        write(scripts, FIRST)
        run(first, "migrate")
        run(second, "validate")
        write(scripts, THEN)
        run(second, "migrate")
        for tool in (first, second):
            run(tool, "validate")
            if "Pending" in (table := run(tool, "info")):
                raise Disagreement(f"{tool} info: something is pending\n{table}")
        left = database.dump(name, [])
    finally:
        database.drop(name, [])
    (rows,) = [table["rows"] for table in left["history"]]
    if len(rows) != len(FIRST) + len(THEN):
        raise Disagreement(f"{len(rows)} rows in the history: {rows}")
    return repr((rows, left["schema"])).replace(name, "@DB@")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--reference", default=os.environ.get("REFERENCE_FLYWAY"), help="Flyway's program (default: $REFERENCE_FLYWAY)")
    parser.add_argument("--databases", default="sqlite,mariadb,mysql,postgresql", help="comma-separated")
    options = parser.parse_args()
    if not options.reference:
        print("SKIPPED: no Flyway to compare with; name its program in REFERENCE_FLYWAY (this check is optional)")
        return 0
    tool, reference = (str(pathlib.Path(shutil.which(name) or name).absolute()) for name in (options.tool, options.reference))
    failed = 0
    for kind in options.databases.split(","):
        results = []
        for first, second in ((tool, reference), (reference, tool)):
            with tempfile.TemporaryDirectory() as folder:
                try:
                    results.append(continue_each_other(first, second, kind, pathlib.Path(folder)))
                    print(f"ok   {kind}: {first}, then {second}", flush=True)
                except Disagreement as error:
                    failed += 1
                    print(f"FAIL {kind}: {first}, then {second}\n{error}", flush=True)
        if len(set(results)) > 1:
            failed += 1
            print(f"FAIL {kind}: the two orders leave different databases", *results, sep="\n", flush=True)
    print(f"both ways: {'all agree' if not failed else f'{failed} failed'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
