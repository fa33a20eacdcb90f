#include "core/migrations/script_text.h"

#include <string>

#include <doctest/doctest.h>

#include "tests/unit/migrations/script_files.h"

using namespace whimbrel;

namespace {

std::string executed(std::string bytes, const Settings& settings = {}) {
  const Placeholders placeholders(settings);
  return readAll(*openScript(script("V1__a.sql", std::move(bytes)), "UTF-8", placeholders));
}

}  // namespace

TEST_CASE("every byte-order mark is dropped, but the character behind a dropped one is kept") {
  CHECK(executed("\uFEFFcreate") == "create");
  CHECK(executed("a\uFEFFb\uFEFF\uFEFFc") == "ab\uFEFFc");
  CHECK(executed("\uFEFF\uFEFF\uFEFFa") == "\uFEFFa");
  CHECK(executed("'\uFEFF'") == "''");
  CHECK(executed("\uFEFF").empty());
  CHECK(executed("").empty());
  CHECK(executed("\uFF21\uFEFE\uFEFF\u00E9") == "\uFF21\uFEFE\u00E9");
}

TEST_CASE("a byte-order mark is found wherever the blocks are cut") {
  for (std::size_t size = 65'530; size < 65'540; ++size) {
    CAPTURE(size);
    const std::string before(size, 'a');
    CHECK((executed(before + "\uFEFFb") == before + "b"));
    CHECK((executed(before + "\uFF21b") == before + "\uFF21b"));
    CHECK((executed(before + "\uFEFF") == before));
  }
}

TEST_CASE("NUL characters stay") { CHECK(executed(std::string("a\0b", 3)) == std::string("a\0b", 3)); }

TEST_CASE("a byte-order mark inside a placeholder's name does not count") {
  Settings settings;
  settings.placeholders = {{"a", "x"}};
  CHECK(executed("${\uFEFF"
                 "a}",
                 settings) == "x");
}

TEST_CASE("the encoding of the .conf file goes before the configured one") {
  Resource resource = script("V1__a.sql", "\xE9");
  resource.encoding = "ISO-8859-1";
  CHECK(readAll(*openDecoded(resource, "UTF-8")) == "\u00E9");
  resource.encoding.clear();
  CHECK(failureOf([&] { readAll(*openDecoded(resource, "UTF-8")); }).message() == "Input length = 1");
}

TEST_CASE("a script knows its own file name and what its .conf says about placeholders") {
  const Placeholders placeholders{Settings()};
  Migration migration;
  Checksum sum;
  migration.rawName = "V3.sql";
  migration.resource = script("a/V3__.sql", "-- ${flyway:filename}");
  CHECK(readAll(*openScript(migration, "UTF-8", placeholders, sum)) == "-- V3.sql");
  migration.placeholderReplacement = false;
  CHECK(readAll(*openScript(migration, "UTF-8", placeholders, sum)) == "-- ${flyway:filename}");
}

TEST_CASE("a text that is not the one of the checksum is refused") {
  const Placeholders placeholders{Settings()};
  Migration migration;
  migration.resource = script("V1__a.sql", "\uFEFF--a\r\n");
  migration.checksum = -716503168;
  Checksum read;
  readAll(*openScript(migration, "UTF-8", placeholders, read));
  CHECK_NOTHROW(requireUnchanged(migration, read));
  migration.checksum = 5;
  CHECK(failureOf([&] { requireUnchanged(migration, read); })
            .message()
            .starts_with("sql/V1__a.sql has changed since its checksum was computed at the start of this run "
                         "(from 5 to -716503168)"));
  migration.equivalentChecksum = -716503168;
  CHECK_NOTHROW(requireUnchanged(migration, read));
}
