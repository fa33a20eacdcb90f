#include "core/migrations/resolve.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/migrations/script_files.h"
#include "tests/unit/recording_log.h"

using namespace whimbrel;

namespace {

RecordingLog& log() {
  static RecordingLog log;
  return log;
}

ChecksumCache& noCache() {
  static ChecksumCache none("", log());
  return none;
}

std::vector<Migration> migrations(const std::vector<Resource>& resources, const Settings& settings = {}) {
  return resolveMigrations(resources, settings, Placeholders(settings), noCache(), log());
}

std::vector<Callback> callbacks(const std::vector<Resource>& resources, const Settings& settings = {}) {
  return resolveCallbacks(resources, settings, Placeholders(settings));
}

template <typename Script>
std::vector<std::string> scripts(const std::vector<Script>& found) {
  std::vector<std::string> names;
  names.reserve(found.size());
  for (const Script& script : found) names.push_back(script.resource.script);
  return names;
}

using Names = std::vector<std::string>;

constexpr const char* insert = "insert into log values (1,'${a}');";

Settings withA(const std::string& value) {
  Settings settings;
  settings.placeholders["a"] = value;
  return settings;
}

}  // namespace

/// Takes its time.
class SlowFile : public Storage {
 public:
  std::unique_ptr<Reader> open(const Resource&) const override {
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    return std::make_unique<StringReader>("");
  }
};

class ProgressLog : public RecordingLog {
 public:
  std::optional<std::chrono::milliseconds> progressInterval() const override {
    return std::chrono::milliseconds(1);
  }
  void progress(std::string_view text) override { lines.emplace_back(text); }
};

TEST_CASE("how reading many migrations gets on is told after the first seconds, and taken away") {
  std::vector<Resource> slow = {script("V1__a.sql"), script("V2__b.sql"), script("V3__c.sql")};
  slow[0].storage = slow[1].storage = std::make_shared<SlowFile>();
  ProgressLog progress;
  resolveMigrations(slow, Settings{}, Placeholders(Settings{}), noCache(), progress);
  REQUIRE(progress.lines.size() >= 2);
  CHECK(progress.lines.front().starts_with("Reading migrations: "));
  CHECK(progress.lines.front().find(" of 3 files, ") != std::string::npos);
  CHECK(progress.lines.back().empty());
}

TEST_CASE("versioned migrations come by version, then repeatables by description") {
  const auto found =
      migrations({script("R__b.sql"), script("R__a-b.sql"), script("z/R__a_b.sql"), script("R__B.sql"),
                  script("R__\uE000.sql"), script("R__\U0001F600.sql"), script("V10__a.sql"),
                  script("b/V9__a.sql"), script("a/V1.10__a.sql"), script("V1.9__z.sql"), script("foo.sql"),
                  script("beforeMigrate.sql"), script("U1__a.sql"), script("x.sh")});
  CHECK(scripts(found) == Names{"V1.9__z.sql", "a/V1.10__a.sql", "b/V9__a.sql", "V10__a.sql", "R__B.sql",
                                "z/R__a_b.sql", "R__a-b.sql", "R__b.sql", "R__\U0001F600.sql",
                                "R__\uE000.sql"});
  CHECK(found.front().type == "SQL");
  CHECK(found.front().rawName == "V1.9__z.sql");
  CHECK(found.back().repeatable());
  CHECK(found.back().rawName.empty());
}

TEST_CASE("undo migrations stand apart") {
  const std::vector<Resource> resources = {script("V1__a.sql"), script("U2__b.sql"),
                                           script("U1__a.sql", "--a")};
  const Settings settings;
  const auto undo = resolveUndoMigrations(resources, settings, Placeholders(settings), noCache(), log());
  CHECK(scripts(undo) == Names{"U1__a.sql", "U2__b.sql"});
  CHECK(undo[0].type == "UNDO_SQL");
  CHECK(undo[0].checksum == -716503168);
  const std::vector<Resource> twice = {script("U1__a.sql"), script("U1__b.sql")};
  const Error error =
      failureOf([&] { resolveUndoMigrations(twice, settings, Placeholders(settings), noCache(), log()); });
  CHECK(error.code() == ErrorCode::DuplicateUndoMigration);
}

TEST_CASE("equal files of two locations are one migration") {
  CHECK(migrations({script("V1__x.sql", "--a\n", "a"), script("V1__x.sql", "--a\r\n", "b")}).size() == 1);
  CHECK(migrations({script("R__x.sql", "--a", "a"), script("R__x.sql", "--a", "b")}).size() == 1);
}

TEST_CASE("two files of one version are refused") {
  const Error other = failureOf([] {
    migrations({script("V1__x.sql", "--b", "b"), script("V1__x.sql", "--a", "a")});
  });
  CHECK(other.code() == ErrorCode::DuplicateVersionedMigration);
  CHECK(other.message() ==
        "Found more than one migration with version 1\nOffenders:\n-> /w/a/V1__x.sql (SQL)\n-> "
        "/w/b/V1__x.sql (SQL)");
  const Error spelling = failureOf([] { migrations({script("V1__b.sql"), script("V01__a.sql")}); });
  CHECK(spelling.message() ==
        "Found more than one migration with version 01\nOffenders:\n-> /w/sql/V01__a.sql (SQL)\n-> "
        "/w/sql/V1__b.sql (SQL)");
  const Error folder = failureOf([] {
    migrations({script("V1__x.sql", "--a"), script("s/V1__x.sql", "--a")});
  });
  CHECK(folder.code() == ErrorCode::DuplicateVersionedMigration);
}

TEST_CASE("two repeatables of one description are refused") {
  const Error error = failureOf([] { migrations({script("R__x_y.sql"), script("b/R__x_y.sql")}); });
  CHECK(error.code() == ErrorCode::DuplicateRepeatableMigration);
  CHECK(error.message() ==
        "Found more than one repeatable migration with description x y\nOffenders:\n-> /w/sql/R__x_y.sql "
        "(SQL)\n-> "
        "/w/sql/b/R__x_y.sql (SQL)");
}

TEST_CASE("a repeatable's checksum is that of the replaced text, or of the raw one") {
  const std::vector<Resource> resources = {script("R__r.sql", insert)};
  const Migration x = migrations(resources, withA("x")).front();
  CHECK(x.checksum == -1240543747);
  CHECK(x.equivalentChecksum == 1513866415);
  CHECK(migrations(resources, withA("y")).front().checksum == 246590104);
  CHECK(migrations({script("R__r.sql", "insert into log values (1,'x');")}).front().checksum == -1240543747);
  Settings off;
  off.placeholderReplacement = false;
  const Migration raw = migrations(resources, off).front();
  CHECK(raw.checksum == 1513866415);
  CHECK_FALSE(raw.equivalentChecksum);
}

TEST_CASE("a value's line ends don't count in a repeatable's checksum") {
  CHECK(migrations({script("R__r.sql", "--a${a}--b")}, withA("\r\n")).front().checksum == 54018992);
}

TEST_CASE("a versioned script's checksum is that of the raw text") {
  const Migration migration = migrations({script("V1__v.sql", "-- ${nope}\n")}).front();
  CHECK(migration.checksum == -1367420045);
  CHECK_FALSE(migration.equivalentChecksum);
}

TEST_CASE("a placeholder without value in a repeatable is the bare error") {
  const Error nope = failureOf([] { migrations({script("R__r.sql", "${nope}")}); });
  CHECK(nope.message() == "No value provided for placeholder: ${nope}.  Check your configuration!");
  CHECK(nope.causes().empty());
  const Error filename = failureOf([] { migrations({script("R__r.sql", "${flyway:filename}")}); });
  CHECK(filename.message() == "Failed to populate value for default placeholder: ${flyway:filename}");
}

TEST_CASE("a script that can't be decoded has no checksum") {
  for (const char* name : {"s/V1__c.sql", "s/R__c.sql"}) {
    const Error error = failureOf([&] { migrations({script(name, "--\xED\xA0\x80")}); });
    CHECK(error.message().starts_with("Unable to calculate checksum of " + std::string(name).substr(2) +
                                      "\r\nInput length = 3\n"));
    CHECK(error.causes().empty());
  }
  CHECK_NOTHROW(migrations({script("foo.sql", "\xFF"), script("beforeMigrate.sql", "\xFF")}));
}

TEST_CASE("the .conf file is found by relative path in any location and letter case") {
  const std::vector<Resource> resources = {script("V1__x.sql", "", "a"), script("V2__y.sql", "", "a"),
                                           script("v1__X.SQL.CONF", "executeInTransaction=false", "b"),
                                           script("s/V2__y.sql.conf", "executeInTransaction=false", "a")};
  const auto found = migrations(resources);
  CHECK(found[0].executeInTransaction == false);
  CHECK_FALSE(found[1].executeInTransaction);
}

TEST_CASE("the .conf file may hold placeholders") {
  Settings settings = withA("true");
  const auto found =
      migrations({script("V1__x.sql"), script("V1__x.sql.conf", "executeInTransaction=${a}")}, settings);
  CHECK(found[0].executeInTransaction == true);
}

TEST_CASE("shouldExecute and placeholderReplacement can be set per script") {
  const auto found =
      migrations({script("R__r.sql", insert),
                  script("R__r.sql.conf", "shouldExecute=false\nplaceholderReplacement=false")},
                 withA("x"));
  CHECK_FALSE(found[0].shouldExecute);
  CHECK_FALSE(found[0].placeholderReplacement);
  CHECK(found[0].checksum == 1513866415);
}

TEST_CASE("callbacks come by description, without one first") {
  const auto found = callbacks({script("afterMigrate__b.sql"), script("a/afterMigrate__a.sql"),
                                script("afterMigrate__B.sql"), script("z/afterMigrate.sql"),
                                script("V1__a.sql"), script("beforemigrate.sql")});
  CHECK(scripts(found) ==
        Names{"z/afterMigrate.sql", "afterMigrate__B.sql", "a/afterMigrate__a.sql", "afterMigrate__b.sql"});
  CHECK(found[0].event == "afterMigrate");
  CHECK(found[0].description.empty());
  CHECK(found[1].rawName == "afterMigrate__B.sql");
}

TEST_CASE("two callbacks of one event and description are refused even when they are equal") {
  CHECK(failureOf([] {
          callbacks({script("beforeMigrate.sql"), script("s/beforeMigrate__.sql")});
        }).message() ==
        "Found more than 1 SQL callback script called beforeMigrate!\nOffenders:\n-> "
        "/w/sql/beforeMigrate.sql\n-> "
        "/w/sql/s/beforeMigrate__.sql");
  CHECK(failureOf([] {
          callbacks({script("beforeMigrate__x_y.sql", "", "a"), script("beforeMigrate__x_y.sql", "", "b")});
        }).message() ==
        "Found more than 1 SQL callback script called beforeMigrate__x y!\nOffenders:\n-> "
        "/w/a/beforeMigrate__x_y.sql\n-> "
        "/w/b/beforeMigrate__x_y.sql");
}

TEST_CASE("skipDefaultResolvers leaves out migrations, skipDefaultCallbacks callbacks") {
  Settings settings;
  settings.skipDefaultResolvers = true;
  const std::vector<Resource> resources = {script("V1__a.sql"), script("beforeMigrate.sql")};
  CHECK(migrations(resources, settings).empty());
  CHECK(callbacks(resources, settings).size() == 1);
  settings = Settings();
  settings.skipDefaultCallbacks = true;
  CHECK(migrations(resources, settings).size() == 1);
  CHECK(callbacks(resources, settings).empty());
}

TEST_CASE("with callbackLocations only callbacks come from there, and no others count") {
  Settings settings;
  settings.callbackLocations = {"filesystem:callbacks"};
  std::vector<Resource> resources = {script("V1__a.sql"), script("beforeMigrate.sql"),
                                     script("V2__a.sql", "", "callbacks"),
                                     script("afterMigrate.sql", "", "callbacks")};
  resources[2].callbacksOnly = resources[3].callbacksOnly = true;
  CHECK(scripts(migrations(resources, settings)) == Names{"V1__a.sql"});
  CHECK(scripts(callbacks(resources, settings)) == Names{"afterMigrate.sql"});
}

TEST_CASE("validateNaming lists all wrong names in order") {
  const Settings settings;
  const std::vector<Resource> resources = {script("R.sql"), script("V1__a.sql"), script("a/foo.sql"),
                                           script("V1__a.sql.conf"), script("V__x.sql")};
  CHECK(failureOf([&] { validateNaming(resources, settings); }).message() ==
        "Invalid SQL filenames found:\r\nUnrecognised migration name format: foo.sql\r\nInvalid versioned "
        "migration name "
        "format: V__x.sql (It must contain a version and should look like this: V1.2__x.sql)");
  CHECK_NOTHROW(
      validateNaming({script("V1__a.sql"), script("U1__a.sql"), script("V1__a.sql.conf")}, settings));
}

TEST_CASE("twenty thousand migrations are resolved in order") {
  std::vector<Resource> resources;
  for (int i = 20'000; i > 0; --i) resources.push_back(script("V" + std::to_string(i) + "__m.sql", "--a"));
  const auto found = migrations(resources);
  REQUIRE(found.size() == 20'000);
  CHECK(found.front().script() == "V1__m.sql");
  CHECK(found.back().script() == "V20000__m.sql");
}

TEST_CASE("a baseline migration may have the version of a versioned one and stands behind it") {
  const auto found =
      migrations({script("B2__a.sql"), script("V2.0__a.sql"), script("V1__a.sql"), script("V3__a.sql")});
  CHECK(scripts(found) == Names{"V1__a.sql", "V2.0__a.sql", "B2__a.sql", "V3__a.sql"});
  CHECK(found[1].type == "SQL");
  CHECK(found[2].type == "SQL_BASELINE");
  const Error error = failureOf([] { migrations({script("B2__a.sql"), script("B2.0__b.sql")}); });
  CHECK(error.message() ==
        "Found more than one baseline migration with version 2.0\nOffenders:\n-> /w/sql/B2.0__b.sql "
        "(SQL_BASELINE)\n-> /w/sql/B2__a.sql (SQL_BASELINE)");
}

TEST_CASE("a program's placeholders are left alone, so they are no part of its checksum") {
  Settings settings = withA("x");
  settings.scriptMigrations = true;
  const auto found = migrations({script("V1__a.sh", "echo ${HOME}"), script("R__a.py", insert)}, settings);
  CHECK(found[0].type == "SCRIPT");
  CHECK(found[1].type == "SCRIPT");
  CHECK(found[1].checksum == 1513866415);
  CHECK_FALSE(found[1].equivalentChecksum);
}
