#!/usr/bin/python3
"""Makes a folder of 300 files that uses what Flyway knows about migrations, for compare.py.

  generate.py --database sqlite FOLDER
  compare.py --whimbrel … --reference … --database sqlite --step 'migrate -target=200' --step migrate
             --step repair FOLDER -- -configFiles=flyway.conf

Locations: several, nested, one in another, with wildcards, over links, hidden, missing. Names: versions of every spelling,
two suffixes, descriptions of every kind, and names that are none. Texts: all line ends, byte-order marks,
encodings, placeholders, repeatables. Callbacks of every event that a migrate or repair fires, which write down in
a table in which order they ran. Scripts with a .conf beside them. The same folder for the same database, always.
"""
import argparse
import pathlib

FILES = 300
CONFIGURATION = """\
flyway.locations=filesystem:sql,filesystem:./copies,filesystem:more/m*/sql,filesystem:sql/nested,filesystem:sql,filesystem:nowhere
flyway.sqlMigrationSuffixes=.sql,.ddl
flyway.placeholderPrefix=#[
flyway.placeholderSuffix=]#
flyway.placeholders.tone=calm Zo\u00eb
flyway.placeholders.Statement=INSERT INTO placeholder_values VALUES (3, 'a whole statement');
flyway.placeholders.empty=
flyway.baselineOnMigrate=true
flyway.baselineVersion=0
flyway.installedBy=generated
"""
# (text of the version, in order): V-3 is below the baseline.
SPELLINGS = ["-3", "0.5", "+1", "1.0.1", "1_1", "1.9", "1_9_0_1", "1.10", "002", "3.0.0", "\u0664", "5", "0000000000000006"]
LATE = ["20210101120000", "20211231.235959", "99999999999999999999999999", "99999999999999999999999999.1"]
DESCRIPTIONS = ["plain", "two_words", "", "a__b", "_leading", "trailing_", "with blank", "dots.and-dashes", "\u00fcml\u00e4ut",
                "\u65e5\u672c\u8a9e", "\U0001f426", "sql.sql", "(round) [square] {curly} $dollar", "UPPER"]
LINE_ENDS = ["\n", "\r\n", "\r"]
# An encoding of the .conf, and what writes it.
ENCODINGS = [("ISO-8859-1", "latin-1"), ("windows-1252", "cp1252"), ("UTF-16", "utf-16"), ("UTF-16LE", "utf-16-le"),
             ("UTF-16BE", "utf-16-be"), ("iso8859_15", "iso8859-15"), ("UTF-8", "utf-8")]
IGNORED = ["v2__lower.sql", "V3_single.sql", "V13 __blank.sql", "V__no_version.sql", "V14a__letter.sql", "V15.__dot.sql",
           "R1__version.sql", "Rfoo.sql", "V500__other_suffix.txt", "README.md", "foo.sql", "V501__upper.SQL",
           "beforemigrate.sql", "beforeMigrate_x.sql", "V.sql", "R.sql", ".V502__hidden.sql", "V503__backup.sql~"]
EVENTS = ["beforeValidate", "afterValidate", "beforeBaseline", "afterBaseline", "beforeMigrate", "beforeEachMigrate",
          "afterEachMigrate", "afterVersioned", "beforeRepeatables", "afterMigrate", "afterMigrateOperationFinish",
          "beforeInfo", "afterInfo", "afterInfoOperationFinish", "beforeRepair", "afterRepair"]


def journal(text):
    return f"INSERT INTO journal SELECT COALESCE(MAX(id), 0) + 1, '{text}' FROM journal;"


class Folder:
    def __init__(self, path):
        self.path, self.count = path, 0

    def add(self, name, text, encoding="utf-8"):
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode(encoding))
        self.count += 1


def body(number, database):
    """A script's statements: another kind of text for each number."""
    kinds = [
        [f"CREATE TABLE t{number} (id INT PRIMARY KEY, note VARCHAR(100));",
         f"INSERT INTO t{number} VALUES (1, 'one; two'), (2, 'it''s \u00e9\u20ac');"],
        ["-- #[tone]# in a comment", f"CREATE TABLE t{number} (id INT, note VARCHAR(100) DEFAULT '#[Tone]#');", "",
         f"INSERT INTO t{number} (id) VALUES ({number})"],
        [journal(f"{number} ${{data}} #[tone]# #[empty]##[flyway:table]#")],
        [f"CREATE TABLE t{number} (", "  id INT PRIMARY KEY,", "\tnote VARCHAR(100)", ");",
         "/* a comment; with a semicolon", "   over two lines */",
         f"CREATE INDEX i{number} ON t{number} (note);"],
        [journal(f"{number} #[flyway:filename]# #[flyway:defaultSchema]# #[FLYWAY:USER]#")],
        ["-- nothing but a comment"],
        [f"CREATE VIEW v{number} AS SELECT id, what FROM journal WHERE id < {number};", journal(f"{number} view")],
    ]
    lines = list(kinds[number % len(kinds)])
    return lines + (stored_program(number, database) if number % 35 == 0 else [])


def stored_program(number, database):
    """Text with semicolons inside a statement, as each database has it."""
    if database == "sqlite":
        return [f"CREATE TRIGGER g{number} AFTER DELETE ON journal BEGIN", "  DELETE FROM journal WHERE id = -1;", "END;",
                journal(f"{number} trigger")]
    if database == "postgresql":
        return [f"CREATE PROCEDURE p{number}() LANGUAGE plpgsql AS $body$ BEGIN", "  -- it's; quoted",
                f"  INSERT INTO journal VALUES (-{number}, 'p'); END $body$;", f"CALL p{number}();"]
    return ["DELIMITER //", f"CREATE PROCEDURE p{number}() BEGIN INSERT INTO journal VALUES (-{number}, 'p'); END//",
            "DELIMITER ;", f"CALL p{number}();"]


def versioned(folder, number, version, where, database):
    lines = body(number, database)
    # To the databases a lone CR does not end a comment.
    ends = LINE_ENDS[number % (2 if lines[0].startswith("--") else 3)]
    text = ends.join(lines) + (ends if number % 4 else "")
    if number % 11 == 0:
        text = "\ufeff" + text
    description = DESCRIPTIONS[number % len(DESCRIPTIONS)]
    suffix = ".ddl" if number % 13 == 0 else ".sql"
    folder.add(f"{where}/V{version}{'__' + description if description or number % 2 else ''}{suffix}", text)


def add_versioned(folder, database, count):
    places = ["sql", "sql/nested", "sql/nested/deeper/and deeper", "sql/with.dot", "sql/\u00fcber", "more/m1/sql", "more/m22/sql/below"]
    versions = SPELLINGS + [str(number) for number in range(7, count - len(LATE) - len(SPELLINGS) + 7)] + LATE
    for number, version in enumerate(versions):
        versioned(folder, number, version, places[number % len(places)], database)


def add_configured(folder):
    """Scripts with a .conf beside them: two files each."""
    for number, (name, codec) in enumerate(ENCODINGS):
        script = f"sql/encodings/V300.{number}__{name}.sql"
        folder.add(script, journal(f"Zo\u00eb reads {name}") + "\r\n", codec)
        folder.add(script + ".conf", f"# how it is written\nencoding = {name}\n")
    for number, value in enumerate(["true", "false"]):
        script = f"sql/transactions/V301.{number}__transaction_{value}.sql"
        folder.add(script, f"CREATE TABLE transaction_{value} (id INT);\n{journal(value)}\n")
        # It belongs to the relative path in any letter case and from any location.
        folder.add(f"copies/transactions/v301.{number}__TRANSACTION_{value}.SQL.CONF" if number else script + ".conf",
                   f"executeInTransaction={value}")


def add_placeholders(folder):
    folder.add("sql/V302__placeholders.sql",
               "CREATE TABLE placeholder_values (id INT, text VARCHAR(200));\n"
               "INSERT INTO placeholder_values VALUES (1, '#[TONE]# ##[tone]# \\#[tone]# #[empty]#');\n"
               "INSERT INTO placeholder_values VALUES (2, '${tone} #[ not closed here ]# [tone]');\n"
               .replace("#[ not closed here ]#", "# [tone]#") + "#[statement]#\n")
    folder.add("sql/V303__byte_order_marks.sql", "\ufeffINSERT INTO placeholder_values VALUES (4, 'a\ufeffb\ufeff\ufeffc');\n")
    folder.add("sql/V304__empty.sql", "")
    folder.add("sql/V305__only_line_ends.sql", "\r\n\n\r")


def add_repeatables(folder):
    for number, description in enumerate(["10", "9", "B", "Z", "a", "a_b", "a_c", "a-b", "aa", "\u00e9", "", "\uff21", "\U0001f426"]):
        folder.add(f"{'sql/repeatable' if number % 2 else 'more/m3/sql'}/R__{description}.sql",
                   f"-- #[tone]#\n{journal(f'repeatable {number} #[tone]#')}")
    folder.add("sql/R__view.sql", "DROP VIEW IF EXISTS all_journal;\r\nCREATE VIEW all_journal AS SELECT what FROM journal;\r\n")


def add_callbacks(folder):
    # The first event of all makes the table, so the schema is not empty and baselineOnMigrate comes into play.
    folder.add("sql/beforeValidate.sql", "CREATE TABLE IF NOT EXISTS journal (id INT PRIMARY KEY, what VARCHAR(500));")
    for event in EVENTS:
        folder.add(f"more/m1/sql/{event}__b_second.sql", journal(f"{event} second #[flyway:filename]#"))
    for number, event in enumerate(EVENTS[:14:2]):
        folder.add(f"sql/callbacks/{event}__B.ddl", journal(f"{event} upper case first {number}"))


def add_copies(folder):
    """Equal files in a second location are one migration, whatever their line ends."""
    for number in range(3):
        folder.add(f"sql/V310.{number}__copy.sql", f"CREATE TABLE copy{number} (id INT);\n")
        folder.add(f"copies/V310.{number}__copy.sql", f"CREATE TABLE copy{number} (id INT);\r\n")


def add_links(folder):
    folder.add("elsewhere/linked/V320__through_a_folder_link.sql", journal("through a link"))
    folder.add("elsewhere/target.txt", journal("through a file link"))
    for link, target in (("sql/linked", "../elsewhere/linked"), ("sql/V321__file_link.sql", "../elsewhere/target.txt"),
                         ("sql/V322__broken_link.sql", "../elsewhere/nothing")):
        (folder.path / link).symlink_to(target)
    folder.add("sql/.hidden/V323__never_seen.sql", "not even SQL")
    (folder.path / "sql/V324__a_folder.sql").mkdir()


def generate(path, database):
    folder = Folder(path)
    folder.add("flyway.conf", CONFIGURATION)
    add_configured(folder)
    add_placeholders(folder)
    add_repeatables(folder)
    add_callbacks(folder)
    add_copies(folder)
    add_links(folder)
    for name in IGNORED:
        folder.add(f"sql/ignored/{name}", "this is no SQL\n")
    add_versioned(folder, database, FILES - folder.count)
    assert folder.count == FILES, folder.count


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", required=True, choices=["sqlite", "mariadb", "mysql", "postgresql"])
    parser.add_argument("folder", type=pathlib.Path, help="to be made")
    options = parser.parse_args()
    options.folder.mkdir(parents=True)
    generate(options.folder, options.database)


if __name__ == "__main__":
    main()
