#include "core/report/migration_fields.h"

#include <cstdlib>
#include <ctime>

#include <doctest/doctest.h>

using namespace whimbrel;

TEST_CASE("durations are minutes, seconds and milliseconds") {
  CHECK(duration(0) == "00:00.000s");
  CHECK(duration(118) == "00:00.118s");
  CHECK(duration(61'005) == "01:01.005s");
  CHECK(duration(100LL * 60'000) == "100:00.000s");
}

TEST_CASE("installedOn has a fraction of at least one digit and no trailing zeros") {
  CHECK(installedOnText("2026-11-23 09:00:19") == "2026-11-23 09:00:19.0");
  CHECK(installedOnText("2026-11-23 08:54:43.833011") == "2026-11-23 08:54:43.833011");
  CHECK(installedOnText("2026-11-23 08:54:17.100") == "2026-11-23 08:54:17.1");
  CHECK(installedOnText("2026-11-23 08:54:17.000") == "2026-11-23 08:54:17.0");
}

TEST_CASE("installedOnUTC takes the text as local time") {
  setenv("TZ", "Asia/Tokyo", 1);
  tzset();
  CHECK(installedOnUtc("2026-11-23 08:54:26") == "2026-11-22T23:54:26Z");
  setenv("TZ", "UTC", 1);
  tzset();
  CHECK(installedOnUtc("2026-11-23 08:54:26") == "2026-11-23T08:54:26Z");
  CHECK(installedOnUtc("2026-11-23 08:54:26.1") == "2026-11-23T08:54:26.100Z");
  CHECK(installedOnUtc("2026-11-23 08:54:26.8330") == "2026-11-23T08:54:26.833Z");
  CHECK(installedOnUtc("2026-11-23 08:54:26.833011") == "2026-11-23T08:54:26.833011Z");
  CHECK(installedOnUtc("never") == "");
}

TEST_CASE("rows that stand for no script have no category") {
  AppliedMigration row;
  row.type = "DELETE";
  row.version = Version::parse("1");
  CHECK(category({nullptr, &row, State::Success}) == "");
  row.type = "JDBC";
  CHECK(category({nullptr, &row, State::Success}) == "Versioned");
  row.version.reset();
  CHECK(category({nullptr, &row, State::Success}) == "Repeatable");
}
