"""The same migrations in the format of every tool: each tenth makes a table, the others put one row into the newest."""


def statement(number):
    table = number - (number - 1) % 10
    if number == table:
        return f"CREATE TABLE t{table} (id INT PRIMARY KEY, name VARCHAR(50));\n"
    return f"INSERT INTO t{table} (id, name) VALUES ({number}, 'row {number}');\n"


def reverse(number):
    table = number - (number - 1) % 10
    return f"DROP TABLE t{table};\n" if number == table else f"DELETE FROM t{table} WHERE id = {number};\n"


def flyway(count):
    return {f"V{n}__step_{n}.sql": statement(n) for n in range(1, count + 1)}


def dbmate(count):
    return {f"{20200101000000 + n}_step_{n}.sql": f"-- migrate:up\n{statement(n)}\n-- migrate:down\n{reverse(n)}"
            for n in range(1, count + 1)}


def goose(count):
    return {f"{n:05d}_step_{n}.sql": f"-- +goose Up\n{statement(n)}\n-- +goose Down\n{reverse(n)}" for n in range(1, count + 1)}


def golang_migrate(count):
    files = {}
    for n in range(1, count + 1):
        files[f"{n:06d}_step_{n}.up.sql"] = statement(n)
        files[f"{n:06d}_step_{n}.down.sql"] = reverse(n)
    return files


def liquibase(count):
    files = {f"sql/{n:06d}.sql": f"--liquibase formatted sql\n--changeset bench:{n}\n{statement(n)}" for n in range(1, count + 1)}
    schema = "http://www.liquibase.org/xml/ns/dbchangelog"
    files["changelog.xml"] = (
        f'<databaseChangeLog xmlns="{schema}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="{schema} {schema}/dbchangelog-latest.xsd">'
        '<includeAll path="sql" relativeToChangelogFile="true"/></databaseChangeLog>\n')
    return files


def write(files, folder):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


# ---- The limit: the database's own client, with the statements and the rows of the history in the same transactions.

HISTORY = {
    "sqlite": """CREATE TABLE flyway_schema_history (installed_rank INT NOT NULL PRIMARY KEY, version VARCHAR(50), description VARCHAR(200)
        NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, checksum INT, installed_by VARCHAR(100) NOT NULL,
        installed_on TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f','now')), execution_time INT NOT NULL, success BOOLEAN NOT NULL);
        CREATE INDEX flyway_schema_history_s_idx ON flyway_schema_history (success);\n""",
    "mysql": """CREATE TABLE flyway_schema_history (installed_rank INT NOT NULL PRIMARY KEY, version VARCHAR(50), description VARCHAR(200)
        NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, checksum INT, installed_by VARCHAR(100) NOT NULL,
        installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, execution_time INT NOT NULL, success BOOL NOT NULL,
        INDEX flyway_schema_history_s_idx (success)) ENGINE=InnoDB;\n""",
    "postgresql": """CREATE TABLE flyway_schema_history (installed_rank INT NOT NULL PRIMARY KEY, version VARCHAR(50), description VARCHAR(200)
        NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, checksum INT, installed_by VARCHAR(100) NOT NULL,
        installed_on TIMESTAMP NOT NULL DEFAULT now(), execution_time INT NOT NULL, success BOOL NOT NULL);
        CREATE INDEX flyway_schema_history_s_idx ON flyway_schema_history (success);\n""",
}
HISTORY["mariadb"] = HISTORY["mysql"]


def plain_script(kind, count):
    text = [HISTORY[kind]]
    for n in range(1, count + 1):
        text.append(f"BEGIN;\n{statement(n)}INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, "
                    f"checksum, installed_by, execution_time, success) VALUES ({n}, '{n}', 'step {n}', 'SQL', 'V{n}__step_{n}.sql', "
                    f"{n}, 'fly', 0, true);\nCOMMIT;\n")
    return "".join(text)
