// jdbc:sqlite: URLs (spec/configuration.md section 11; the known names were found by asking the reference).
#include <algorithm>
#include <filesystem>
#include <functional>

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "core/database.h"
#include "drivers/sqlite/sqlite_url.h"

namespace whimbrel::sqlite {

namespace {

struct RecordingLog : Log {
  void debug(std::string_view) override {}
  void info(std::string_view) override {}
  void warn(std::string_view text) override { warnings.emplace_back(text); }
  void error(std::string_view) override {}
  bool debugs() const override { return false; }
  std::vector<std::string> warnings;
};

Url parse(std::string_view url, const std::map<std::string, std::string>& properties = {}) {
  return parseUrl(url, properties, nullptr);
}

/// What is sent for `name`; the last one counts.
std::string pragma(const Url& url, std::string_view name) {
  std::string found = "(none)";
  for (const auto& [key, value] : url.pragmas)
    if (key == name) found = value;
  return found;
}

std::string failure(const std::function<void()>& action) {
  try {
    action();
  } catch (const SqlError& error) {
    CHECK_FALSE(error.sqlState);
    CHECK(error.vendorCode == 0);
    return error.what();
  }
  return "(none)";
}

}  // namespace

TEST_CASE("the file is what is left when the known settings are taken out") {
  const std::pair<std::string_view, std::string_view> files[] = {
      {"jdbc:sqlite:a.db", "a.db"},
      {"jdbc:sqlite:/abs/ä b%20c.db", "/abs/ä b%20c.db"},
      {"jdbc:sqlite:", ""},
      {"jdbc:sqlite::memory:", ":memory:"},
      {"jdbc:sqlite::memory:?recursive_triggers=on", ":memory:"},
      {"jdbc:sqlite:a.db?", "a.db"},
      {"jdbc:sqlite:a.db?foo", "a.db?foo"},
      {"jdbc:sqlite:a.db?foo=1&foreign_keys=on", "a.db?foo=1"},
      {"jdbc:sqlite:a?b=c?d=e&", "a?b=c?d=e"},
      {"jdbc:sqlite:a.db?FOREIGN_KEYS=1", "a.db"},
      {"jdbc:sqlite:a.db?legacy_alter_table=1", "a.db?legacy_alter_table=1"},
      {"jdbc:sqlite:file:q.db?recursive_triggers=on&mode=rwc", "file:q.db?mode=rwc"},
  };
  for (const auto& [url, file] : files) {
    CAPTURE(url);
    CHECK(parse(url).file == file);
    CHECK(parse(url).isUri == file.starts_with("file:"));
  }
}

TEST_CASE("settings come from the URL, the last one counts, and properties win") {
  CHECK(pragma(parse("jdbc:sqlite:a.db?foreign_keys=on"), "foreign_keys") == "on");
  CHECK(pragma(parse("jdbc:sqlite:a.db?synchronous=off&synchronous=full"), "synchronous") == "full");
  CHECK(pragma(parse("jdbc:sqlite:a.db?synchronous=off", {{"synchronous", "full"}}), "synchronous") ==
        "full");
  CHECK(pragma(parse("jdbc:sqlite:a.db", {{"journal_mode", "WAL"}}), "journal_mode") == "WAL");
}

TEST_CASE("what is not configured is as in the reference's SQLite") {
  CHECK(pragma(parse("jdbc:sqlite:a.db"), "foreign_keys") == "off");
  CHECK(pragma(parse("jdbc:sqlite:a.db"), "recursive_triggers") == "off");
  CHECK(pragma(parse("jdbc:sqlite:a.db"), "journal_mode") == "(none)");
}

TEST_CASE("properties that nobody knows mean nothing") {
  const Url url = parse("jdbc:sqlite:a.db", {{"tn", "abc"}, {"user", "u"}});
  CHECK(url.file == "a.db");
  CHECK(pragma(url, "tn") == "(none)");
}

TEST_CASE("the page size is sent before the journal mode, which fixes it") {
  const Url url = parse("jdbc:sqlite:a.db?journal_mode=wal&page_size=512");
  const auto position = [&](std::string_view name) {
    return std::ranges::find(url.pragmas, name, [](const auto& pair) { return pair.first; });
  };
  CHECK(position("page_size") < position("journal_mode"));
}

TEST_CASE("limits, extensions and the open mode are no pragmas") {
  const Url url = parse("jdbc:sqlite:a.db?limit_attached=3&enable_load_extension=true&open_mode=1");
  CHECK(url.limits == std::vector<std::pair<int, int>>{{SQLITE_LIMIT_ATTACHED, 3}});
  CHECK(url.loadExtensions);
  CHECK(url.openFlags == SQLITE_OPEN_READONLY);
  CHECK_FALSE(parse("jdbc:sqlite:a.db?enable_load_extension=0").loadExtensions);
}

TEST_CASE("a setting without a value, or with no number where one is needed, is refused") {
  CHECK(failure([] { parse("jdbc:sqlite:a.db?recursive_triggers"); }) ==
        "Please specify a value for PRAGMA recursive_triggers in URL jdbc:sqlite:a.db?recursive_triggers");
  CHECK(failure([] { parse("jdbc:sqlite:a.db?limit_column=many"); }) ==
        "limit_column must be a whole number, not 'many'");
  CHECK(failure([] { parse("jdbc:sqlite:a.db?open_mode="); }) == "open_mode must be a whole number, not ''");
}

TEST_CASE("a parameter that ends up in the file name is warned of, but not one of a URI") {
  RecordingLog log;
  parseUrl("jdbc:sqlite:a.db?cache=shared&foreign_keys=on", {}, &log);
  REQUIRE(log.warnings.size() == 1);
  CHECK(log.warnings[0].find("?cache=shared ") != std::string::npos);
  parseUrl("jdbc:sqlite:file:a.db?cache=shared", {}, &log);
  parseUrl("jdbc:sqlite:a.db?foreign_keys=on", {}, &log);
  CHECK(log.warnings.size() == 1);
}

TEST_CASE("the folder must exist, and the topmost missing one is named") {
  const auto missing = [](const std::string& url) { return failure([&] { requireFolder(parse(url)); }); };
  CHECK(missing("jdbc:sqlite:/nope/x.db") == "path to '/nope/x.db': '/nope' does not exist");
  CHECK(missing("jdbc:sqlite:nope/a/b.db") == "path to 'nope/a/b.db': '" +
                                                  (std::filesystem::current_path() / "nope").string() +
                                                  "' does not exist");
  for (const std::string fine : {"x.db", ":memory:", "", "file:/nope/x.db", "/x.db"}) {
    CAPTURE(fine);
    CHECK(missing("jdbc:sqlite:" + fine) == "(none)");
  }
}

}  // namespace whimbrel::sqlite
