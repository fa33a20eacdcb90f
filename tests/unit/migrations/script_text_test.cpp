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

TEST_CASE("a byte-order mark at the head is dropped, any other is part of the text") {
  CHECK(executed("\uFEFFcreate") == "create");
  CHECK(executed("a\uFEFFb\uFEFF\uFEFFc") == "a\uFEFFb\uFEFF\uFEFFc");
  CHECK(executed("\uFEFF\uFEFFa") == "\uFEFFa");
  CHECK(executed("\uFEFF").empty());
  CHECK(executed("").empty());
  CHECK(executed("a") == "a");
  CHECK(executed("\uFF21\uFEFE\u00E9") == "\uFF21\uFEFE\u00E9");
}

TEST_CASE("NUL characters stay") { CHECK(executed(std::string("a\0b", 3)) == std::string("a\0b", 3)); }

TEST_CASE("the encoding of the .conf file goes before the configured one") {
  Resource resource = script("V1__a.sql", "\xE9");
  resource.encoding = "ISO-8859-1";
  CHECK(readAll(*openDecoded(resource, "UTF-8")) == "\u00E9");
  resource.encoding.clear();
  CHECK(failureOf([&] { readAll(*openDecoded(resource, "UTF-8")); })
            .message()
            .starts_with("Input length = 1\n"));
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
