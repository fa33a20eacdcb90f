#include "core/locations/location.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/error.h"
#include "tests/unit/recording_log.h"

using namespace whimbrel;

namespace {

using Names = std::vector<std::string>;

Names parsed(const Names& texts, Log& log) {
  Names result;
  for (const Location& location : parseLocations(texts, log)) result.push_back(location.text());
  return result;
}

}  // namespace

TEST_CASE("locations are sorted by their text") {
  RecordingLog log;
  CHECK(parsed({"filesystem:sql", "filesystem:./sql", "filesystem:b", "classpath:z", "", "  filesystem:a  "},
               log) ==
        Names{"classpath:z", "filesystem:./sql", "filesystem:a", "filesystem:b", "filesystem:sql"});
  CHECK(log.lines.empty());
}

TEST_CASE("only slashes are normalised") {
  CHECK(parseLocation("filesystem:g//x///y/").path == "g/x/y");
  CHECK(parseLocation("filesystem:/nope///").path == "/nope");
  CHECK(parseLocation("filesystem:./a/../b").path == "./a/../b");
  CHECK(parseLocation("filesystem: sql").path == " sql");
  CHECK(parseLocation("filesystem:/").path == "/");
  CHECK(parseLocation("filesystem:").path.empty());
}

TEST_CASE("a location without prefix is a class path") {
  CHECK(parseLocation("sql").kind == LocationKind::ClassPath);
  CHECK(parseLocation("sql").text() == "classpath:sql");
  CHECK(parseLocation("s3:bucket/x").kind == LocationKind::S3);
}

TEST_CASE("of an S3 location only slashes at its ends go away") {
  for (const char* text : {"s3:mig/app", "s3://mig/app", "s3:/mig/app/", "s3:mig/app//"})
    CHECK(parseLocation(text).text() == "s3:mig/app");
  CHECK(parseLocation("s3:mig/a//b/../c").path == "mig/a//b/../c");
  CHECK(parseLocation("s3:///").path.empty());
  CHECK(parseLocation("s3:mig/app;encoding=UTF-16").encoding == "UTF-16");
}

TEST_CASE("wildcards of an S3 location are characters, and it may be below another one") {
  RecordingLog log;
  CHECK_FALSE(parseLocation("s3:mig/a*?").hasWildcard());
  CHECK(parsed({"s3:mig/a*/b", "s3:mig/a*", "s3:mig/a*2"}, log) == Names{"s3:mig/a*", "s3:mig/a*2"});
  CHECK(log.lines ==
        Names{"WARNING: Discarding location 's3:mig/a*/b' as it is a sublocation of 's3:mig/a*'"});
}

TEST_CASE("other prefixes are refused") {
  for (const char* text : {"FILESYSTEM:sql", "C:\\x", "http://x", ":x"}) {
    CAPTURE(text);
    CHECK_THROWS_WITH_AS(
        parseLocation(text),
        (std::string(
             "Unknown prefix for location (should be one of filesystem:, classpath:, gcs:, or s3:): ") +
         text)
            .c_str(),
        Error);
  }
  CHECK_THROWS_WITH_AS(parseLocation("gcs:b/x"), "Google Cloud Storage is not supported: gcs:b/x", Error);
}

TEST_CASE("a repeated location is discarded with a warning") {
  RecordingLog log;
  CHECK(parsed({"filesystem:sql", "filesystem:sql/", "filesystem:sql"}, log) == Names{"filesystem:sql"});
  CHECK(log.lines == Names{"WARNING: Discarding duplicate location 'filesystem:sql'",
                           "WARNING: Discarding duplicate location 'filesystem:sql'"});
}

TEST_CASE("a location below another one is discarded whatever their order") {
  RecordingLog log;
  CHECK(parsed({"filesystem:sql/sub", "filesystem:sql2", "filesystem:sql-x", "filesystem:sql"}, log) ==
        Names{"filesystem:sql", "filesystem:sql-x", "filesystem:sql2"});
  CHECK(
      log.lines ==
      Names{"WARNING: Discarding location 'filesystem:sql/sub' as it is a sublocation of 'filesystem:sql'"});
}

TEST_CASE("a location with wildcards is neither above nor below another") {
  RecordingLog log;
  CHECK(parsed({"filesystem:sql", "filesystem:sql/*/x", "filesystem:sql/*/x/y"}, log).size() == 3);
  CHECK(log.lines.empty());
}

TEST_CASE("a location can say the encoding of its files") {
  const Location location = parseLocation("filesystem:old;scripts/;encoding=latin1");
  CHECK(location.path == "old;scripts");
  CHECK(location.encoding == "latin1");
  CHECK(parseLocation("filesystem:old").encoding.empty());
  CHECK_THROWS_AS(parseLocation("filesystem:old;encoding=nonsense"), Error);
  CHECK_THROWS_AS(parseLocation("filesystem:old;encoding="), Error);
}

TEST_CASE("a location is not discarded for one with another encoding") {
  RecordingLog log;
  CHECK_THROWS_WITH_AS(
      parsed({"filesystem:sql", "filesystem:sql/old;encoding=latin1"}, log),
      "Location 'filesystem:sql/old' can't have another encoding than 'filesystem:sql', which "
      "holds the same files",
      Error);
  CHECK_THROWS_AS(parsed({"filesystem:sql", "filesystem:sql;encoding=latin1"}, log), Error);
  CHECK(parsed({"filesystem:sql;encoding=latin1", "filesystem:sql/old;encoding=latin1"}, log).size() == 1);
}
