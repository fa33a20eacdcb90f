#include "core/migrations/filename.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/migrations/events.h"

using namespace whimbrel;

namespace {

struct Good {
  const char* name;
  const char* version;
  const char* description;
};

std::string problemOf(const char* name, const Settings& settings = {}) {
  return FileNameRules(settings).parse(name).problem;
}

}  // namespace

TEST_CASE("versioned names are taken apart") {
  const FileNameRules rules{Settings()};
  for (const Good& good : std::vector<Good>{{"V1__a.sql", "1", "a"},
                                            {"V4.sql", "4", ""},
                                            {"V5__.sql", "5", ""},
                                            {"V1_9__x.sql", "1.9", "x"},
                                            {"V010__x.sql", "010", "x"},
                                            {"V24.0.0__x.sql", "24.0.0", "x"},
                                            {"V7__a.b c-d.sql", "7", "a.b c-d"},
                                            {"V6__a__b.sql", "6", "a  b"},
                                            {"V23___x.sql", "23", " x"},
                                            {"V22__x .sql", "22", "x "},
                                            {"V21__x.sql.sql", "21", "x.sql"},
                                            {"V0__x.sql", "0", "x"},
                                            {"V-18__x.sql", "-18", "x"},
                                            {"V+25__x.sql", "+25", "x"},
                                            {"V\u0663__x.sql", "\u0663", "x"},
                                            {"V8__\u00E9\U0001F600\xFF.sql", "8", "\u00E9\U0001F600\xFF"}}) {
    CAPTURE(good.name);
    const FileName name = rules.parse(good.name);
    CHECK(name.kind == FileKind::Versioned);
    REQUIRE(name.version);
    CHECK(name.version->text() == good.version);
    CHECK(name.description == good.description);
    CHECK(name.problem.empty());
  }
}

TEST_CASE("other kinds are recognised by their prefixes") {
  const FileNameRules rules{Settings()};
  CHECK(rules.parse("R__a_b.sql").kind == FileKind::Repeatable);
  CHECK(rules.parse("R__a_b.sql").description == "a b");
  CHECK_FALSE(rules.parse("R__a_b.sql").version);
  CHECK(rules.parse("R__.sql").kind == FileKind::Repeatable);
  CHECK(rules.parse("U1.2__a.sql").kind == FileKind::Undo);
  CHECK(rules.parse("U1.2__a.sql").version->text() == "1.2");
  CHECK(rules.parse("B3__a.sql").kind == FileKind::Baseline);
  CHECK(rules.parse("beforeMigrate.sql").kind == FileKind::Callback);
  CHECK(rules.parse("beforeMigrate__x_y.sql").event == "beforeMigrate");
  CHECK(rules.parse("beforeMigrate__x_y.sql").description == "x y");
}

TEST_CASE("names that fit nothing are no migrations") {
  const FileNameRules rules{Settings()};
  for (const char* name : {"v2__x.sql",
                           "V3_x.sql",
                           "V13 __x.sql",
                           "V__x.sql",
                           "V14a__x.sql",
                           "V15.__x.sql",
                           "V16..1__x.sql",
                           "V.17__x.sql",
                           "R1__x.sql",
                           "Rfoo.sql",
                           "foo.sql",
                           "R.sql",
                           "V.sql",
                           "Vlatest__a.sql",
                           "Vnext__a.sql",
                           "Vcurrent__a.sql",
                           "V9223372036854775807__a.sql",
                           "beforemigrate.sql",
                           "BeforeMigrate.sql",
                           "beforeMigrate_x.sql",
                           "beforeMigrate1__x.sql",
                           ".V3__c.sql",
                           "Undo.sql",
                           "B__x.sql"}) {
    CAPTURE(name);
    CHECK(rules.parse(name).kind == FileKind::Unusable);
  }
  for (const char* name : {"V1__x.SQL", "V1__x.txt", ".sql", "", "V1__x.sql.conf", "README"}) {
    CAPTURE(name);
    CHECK(rules.parse(name).kind == FileKind::Other);
    CHECK(rules.parse(name).problem.empty());
  }
}

TEST_CASE("every event's name makes a callback of that event") {
  const FileNameRules rules{Settings()};
  for (const CallbackEvent& event : callbackEvents) {
    CAPTURE(event.name);
    CHECK(rules.parse(std::string(event.name) + ".sql").event == event.name);
    CHECK(rules.parse(std::string(event.name) + "__x.sql").event == event.name);
  }
}

TEST_CASE("the first suffix of the list that fits is cut off") {
  Settings settings;
  settings.sqlMigrationSuffixes = {".sql", " .my.sql "};
  CHECK(FileNameRules(settings).parse("V5__e.my.sql").description == "e.my");
  settings.sqlMigrationSuffixes = {" .my.sql ", ".sql"};
  CHECK(FileNameRules(settings).parse("V5__e.my.sql").description == "e");
  settings.sqlMigrationSuffixes = {"sql"};
  CHECK(FileNameRules(settings).parse("V5__a.sql").description == "a.");
  settings.sqlMigrationSuffixes = {};
  CHECK(FileNameRules(settings).parse("V5__a.sql").kind == FileKind::Other);
}

TEST_CASE("prefixes and separator can be chosen") {
  Settings settings;
  settings.sqlMigrationPrefix = "";
  CHECK(FileNameRules(settings).parse("1__a.sql").kind == FileKind::Versioned);
  CHECK(FileNameRules(settings).parse("R__r.sql").kind == FileKind::Repeatable);
  CHECK(FileNameRules(settings).parse("beforeMigrate.sql").kind == FileKind::Callback);
  settings.sqlMigrationPrefix = ".V";
  CHECK(FileNameRules(settings).parse(".V3__c.sql").kind == FileKind::Versioned);
  settings.sqlMigrationPrefix = "beforeMigrate";
  CHECK(FileNameRules(settings).parse("beforeMigrate1__x.sql").kind == FileKind::Callback);
  CHECK(FileNameRules(settings).parse("beforeMigrate1__x.sql").event == "beforeMigrate");
  CHECK(FileNameRules(settings).parse("beforeMigrate__x.sql").kind == FileKind::Unusable);
  settings.sqlMigrationPrefix = "U";
  CHECK(FileNameRules(settings).parse("U1__x.sql").kind == FileKind::Versioned);
  settings = Settings();
  settings.sqlMigrationSeparator = "_";
  const FileName name = FileNameRules(settings).parse("V1_2_b.sql");
  CHECK(name.version->text() == "1");
  CHECK(name.description == "2 b");
}

TEST_CASE("the raw name is prefix, version and description as written") {
  const FileNameRules rules{Settings()};
  CHECK(rules.parse("V2_0__two_words.sql").rawName == "V2_0__two_words.sql");
  CHECK(rules.parse("V3__.sql").rawName == "V3.sql");
  CHECK(rules.parse("V3.sql").rawName == "V3.sql");
  CHECK(rules.parse("beforeMigrate__a_b.sql").rawName == "beforeMigrate__a_b.sql");
}

TEST_CASE("naming problems are told in the reference's words") {
  CHECK(problemOf("foo.sql") == "Unrecognised migration name format: foo.sql");
  CHECK(problemOf("B1__b.sql").empty());
  CHECK(problemOf("B__b.sql") == "Unrecognised migration name format: B__b.sql");
  CHECK(problemOf("Under.sql") == "Unrecognised migration name format: Under.sql");
  CHECK(problemOf("V__nov.sql") ==
        "Invalid versioned migration name format: V__nov.sql (It must contain a version and should look like "
        "this: "
        "V1.2__nov.sql)");
  CHECK(
      problemOf("V.sql") ==
      "Invalid versioned migration name format: V.sql (It must contain a version and should look like this: "
      "V1.2__description.sql)");
  CHECK(
      problemOf("V3_single.sql") ==
      "Invalid versioned migration name format: V3_single.sql (could not recognise version number 3_single)");
  CHECK(problemOf("R1__x_y.sql") ==
        "Invalid repeatable migration / callback name format: R1__x_y.sql (It cannot contain a version and "
        "should look "
        "like this: R__x_y.sql)");
  CHECK(problemOf("Rfoo_bar.sql") ==
        "Invalid repeatable migration / callback name format: Rfoo_bar.sql (It cannot contain a version and "
        "should look "
        "like this: R__description.sql)");
  CHECK(problemOf("beforeMigrate_x.sql") ==
        "Invalid repeatable migration / callback name format: beforeMigrate_x.sql (It cannot contain a "
        "version and should "
        "look like this: beforeMigrate__description.sql)");
  for (const char* name : {"R.sql", "V4.sql", "beforeMigrate.sql", "createSchema.sql", "U1__x.sql",
                           "V1__a.sql.conf", "README"}) {
    CAPTURE(name);
    CHECK(problemOf(name).empty());
  }
}

TEST_CASE("programs are migrations only when they are asked for") {
  Settings settings;
  CHECK(FileNameRules(settings).parse("V1__a.sh").kind == FileKind::Other);
  settings.scriptMigrations = true;
  const FileNameRules rules(settings);
  for (const char* name : {"V1_2__a_b.sh", "V1_2__a_b.bash", "V1_2__a_b.py"}) {
    CAPTURE(name);
    const FileName parsed = rules.parse(name);
    CHECK(parsed.kind == FileKind::Versioned);
    CHECK(parsed.isProgram);
    CHECK(parsed.version->text() == "1.2");
    CHECK(parsed.description == "a b");
  }
  CHECK(rules.parse("R__a.sh").kind == FileKind::Repeatable);
  CHECK_FALSE(rules.parse("V1__a.sql").isProgram);
  for (const char* name : {"deploy.sh", "V__a.sh", "U1__a.sh", "B1__a.py", "beforeMigrate.sh", "V1__a.ps1"}) {
    CAPTURE(name);
    CHECK(rules.parse(name).kind == FileKind::Other);
    CHECK(rules.parse(name).problem.empty());
  }
}

TEST_CASE("a suffix of the list makes SQL of what would be a program") {
  Settings settings;
  settings.scriptMigrations = true;
  settings.sqlMigrationSuffixes = {".sql", ".sh"};
  CHECK_FALSE(FileNameRules(settings).parse("V1__a.sh").isProgram);
}
