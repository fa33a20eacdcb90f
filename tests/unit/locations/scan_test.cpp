#include "core/locations/scan.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/error.h"
#include "tests/unit/recording_log.h"

using namespace whimbrel;
namespace fs = std::filesystem;

namespace {

using Names = std::vector<std::string>;

/// An empty folder that is the current one while the test runs.
class WorkFolder {
 public:
  WorkFolder() : before_(fs::current_path()) {
    std::string name = (fs::temp_directory_path() / "whimbrel-scan-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = fs::canonical(name);
    fs::permissions(folder_, static_cast<fs::perms>(0755));
    fs::current_path(folder_);
  }
  ~WorkFolder() {
    fs::current_path(before_);
    fs::remove_all(folder_);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  void write(const fs::path& name, std::string_view text = "") const {
    if (name.has_parent_path()) fs::create_directories(name.parent_path());
    std::ofstream(name, std::ios::binary) << text;
  }
  std::string path() const { return folder_.string(); }

  std::vector<Resource> scan(const Names& locations, Settings settings = {}) {
    settings.locations = locations;
    log.lines.clear();
    return scanLocations(settings, log, aws_);
  }
  Names scripts(const Names& locations, const Settings& settings = {}) {
    Names names;
    for (const Resource& resource : scan(locations, settings)) names.push_back(resource.script);
    return names;
  }

  RecordingLog log;

 private:
  aws::Session aws_{{}, "", log};
  fs::path before_;
  fs::path folder_;
};

/// Root may read everything; this makes root anybody for a while.
class Unprivileged {
 public:
  Unprivileged() : changed_(geteuid() == 0 && seteuid(65534) == 0) {}
  ~Unprivileged() {
    if (changed_ && seteuid(0) != 0) std::abort();
  }
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;

 private:
  bool changed_;
};

std::string failure(WorkFolder& folder, const Names& locations, const Settings& settings = {}) {
  try {
    folder.scan(locations, settings);
  } catch (const Error& error) {
    return error.message();
  }
  return {};
}

}  // namespace

TEST_CASE("files with a migration suffix and .conf files are found, sorted by path") {
  WorkFolder folder;
  for (const char* name : {"sql/z.sql", "sql/a/g.sql", "sql/a/a/f.sql", "sql/a-b/h.sql", "sql/a.b/i.sql",
                           "sql/B/j.sql", "sql/a0.sql", "sql/README.md", "sql/V1__a.SQL", "sql/.V3__c.sql",
                           "sql/a b/\u00E9.sql", "sql/z.sql.conf"})
    folder.write(name);
  CHECK(folder.scripts({"filesystem:sql"}) == Names{".V3__c.sql", "B/j.sql", "a b/\u00E9.sql", "a-b/h.sql",
                                                    "a.b/i.sql", "a/a/f.sql", "a/g.sql", "a0.sql", "z.sql",
                                                    "z.sql.conf"});
  CHECK(folder.log.lines.empty());
}

TEST_CASE("paths are those of the configured location") {
  WorkFolder folder;
  folder.write("sql/a/V1__x.sql", "--a");
  Resource resource = folder.scan({"filesystem:./sql"}).at(0);
  CHECK(resource.script == "a/V1__x.sql");
  CHECK(resource.path == "./sql/a/V1__x.sql");
  CHECK(resource.absolutePath == folder.path() + "/./sql/a/V1__x.sql");
  CHECK(resource.filename() == "V1__x.sql");
  CHECK(readAll(*resource.open()) == "--a");
  resource = folder.scan({"filesystem:" + folder.path() + "/sql/"}).at(0);
  CHECK(resource.path == folder.path() + "/sql/a/V1__x.sql");
  CHECK(resource.absolutePath == resource.path);
  resource = folder.scan({"filesystem:sql/?"}).at(0);
  CHECK(resource.script == "V1__x.sql");
  CHECK(resource.path == "sql/a/V1__x.sql");
}

TEST_CASE("names are bytes, whether they are UTF-8 or not") {
  WorkFolder folder;
  folder.write("sql/V1__\xFF\x80.sql", "--a");
  const std::vector<Resource> found = folder.scan({"filesystem:sql"});
  REQUIRE(found.size() == 1);
  CHECK(found[0].script == "V1__\xFF\x80.sql");
  CHECK(readAll(*found[0].open()) == "--a");
}

TEST_CASE("folders that are hidden or named like a migration") {
  WorkFolder folder;
  for (const char* name :
       {"sql/.hidden/V1__a.sql", "sql/..data/V2__a.sql", "sql/V3__a.sql/V4__b.sql", ".root/V5__c.sql"})
    folder.write(name);
  CHECK(folder.scripts({"filesystem:sql"}) == Names{"V3__a.sql/V4__b.sql"});
  CHECK(folder.scripts({"filesystem:.root"}) == Names{"V5__c.sql"});
}

TEST_CASE("links are followed, broken ones ignored, loops ended") {
  WorkFolder folder;
  folder.write("sql/a/V1__a.sql");
  folder.write("other/V2__b.sql");
  folder.write("file.sql");
  fs::create_directory_symlink("../../other", "sql/a/linked");
  fs::create_directory_symlink("..", "sql/a/loop");
  fs::create_directory_symlink(".", "sql/self");
  fs::create_symlink("../file.sql", "sql/V3__c.sql");
  fs::create_symlink("nowhere.sql", "sql/V4__d.sql");
  fs::create_directory_symlink("sql", "root");
  const Names expected = {"V3__c.sql", "a/V1__a.sql", "a/linked/V2__b.sql"};
  CHECK(folder.scripts({"filesystem:sql"}) == expected);
  CHECK(folder.scripts({"filesystem:root"}) == expected);
}

TEST_CASE("pipes and devices are never opened") {
  WorkFolder folder;
  folder.write("sql/V2__b.sql", "--b");
  REQUIRE(mkfifo("sql/V1__a.sql", 0600) == 0);
  REQUIRE(mkfifo("sql/other", 0600) == 0);
  REQUIRE(mkfifo("sql/V2__b.sql.conf", 0600) == 0);
  fs::create_symlink("/dev/zero", "sql/V3__c.sql");
  CHECK(folder.scripts({"filesystem:sql"}) == Names{"V2__b.sql"});
  CHECK(folder.log.lines == Names{"WARNING: Skipping sql/V1__a.sql (not a file)",
                                  "WARNING: Skipping sql/V2__b.sql.conf (not a file)",
                                  "WARNING: Skipping sql/V3__c.sql (not a file)"});
}

TEST_CASE("a file that is gone or has become something else is named") {
  WorkFolder folder;
  folder.write("sql/V1__a.sql");
  const Resource resource = folder.scan({"filesystem:sql"}).at(0);
  const auto message = [&] {
    try {
      readAll(*resource.open());
    } catch (const Error& error) {
      return error.message();
    }
    return std::string();
  };
  const std::string file = folder.path() + "/sql/V1__a.sql";
  fs::remove(file);
  CHECK(message() == fmt::format("Unable to read {} (No such file or directory)", file));
  REQUIRE(mkfifo(file.c_str(), 0600) == 0);
  CHECK(message() == fmt::format("Unable to read {} (Invalid argument)", file));
}

TEST_CASE("missing locations are error lines, or failures if so configured") {
  WorkFolder folder;
  folder.write("sql/V1__a.sql");
  CHECK(folder.scripts({"filesystem:nope//", "filesystem:sql"}) == Names{"V1__a.sql"});
  CHECK(folder.log.lines == Names{"ERROR: Skipping filesystem location:nope (not found)."});
  folder.scan({"filesystem:sql/V1__a.sql", "filesystem:*/x", "filesystem:nope/*", "filesystem: sql",
               "classpath:nope"});
  CHECK(folder.log.lines == Names{"ERROR: Skipping filesystem location: sql (not found).",
                                  "ERROR: Skipping filesystem location: (not found).",
                                  "ERROR: Skipping filesystem location:nope (not found).",
                                  "ERROR: Skipping filesystem location:sql/V1__a.sql (not a directory)."});
  Settings strict;
  strict.failOnMissingLocations = true;
  CHECK(failure(folder, {"filesystem:nope"}, strict) == "Failed to find filesystem location:nope.");
  CHECK(failure(folder, {"filesystem:sql/V1__a.sql"}, strict) ==
        "Failed to find filesystem location:sql/V1__a.sql (not a directory).");
  CHECK(failure(folder, {"sql"}, strict) == "Unable to resolve location classpath:sql.");
}

TEST_CASE("a script that may not be read is found all the same, a folder is not") {
  WorkFolder folder;
  folder.write("sql/V1__a.sql");
  folder.write("sql/V2__b.sql");
  folder.write("sql/closed/V3__c.sql");
  folder.write("root/V4__d.sql");
  fs::permissions("sql/V2__b.sql", fs::perms::none);
  fs::permissions("sql/closed", fs::perms::none);
  fs::permissions("root", fs::perms::none);
  {
    const Unprivileged user;
    CHECK(folder.scripts({"filesystem:sql"}) == Names{"V1__a.sql", "V2__b.sql"});
    CHECK(folder.log.lines.empty());
    CHECK(folder.scripts({"filesystem:root"}).empty());
    CHECK(folder.log.lines == Names{"ERROR: Skipping filesystem location:root (not readable)."});
  }
  for (const char* closed : {"sql/V2__b.sql", "sql/closed", "root"})
    fs::permissions(closed, fs::perms::owner_all);
}

TEST_CASE("no location at all is nothing to complain about") {
  WorkFolder folder;
  CHECK(folder.scripts({}).empty());
  CHECK(folder.log.lines.empty());
}

TEST_CASE("the .conf file of any file is checked, and gives a script its encoding") {
  WorkFolder folder;
  folder.write("sql/V1__a.sql");
  folder.write("sql/V1__a.sql.conf", "encoding=ISO-8859-1");
  folder.write("sql/V2__b.sql");
  const std::vector<Resource> found = folder.scan({"filesystem:sql"});
  CHECK(found.at(0).encoding == "ISO-8859-1");
  CHECK(found.at(2).encoding.empty());
  folder.write("sql/foo.txt");
  folder.write("sql/foo.txt.conf", "bogus=1");
  CHECK(failure(folder, {"filesystem:sql"}) == "Unknown configuration property: bogus");
  fs::remove("sql/foo.txt");
  CHECK(failure(folder, {"filesystem:sql"}).empty());
}

TEST_CASE("a location gives its files an encoding, but not to those whose .conf says another") {
  WorkFolder folder;
  folder.write("old/V1__a.sql");
  folder.write("old/V2__b.sql");
  folder.write("old/V2__b.sql.conf", "encoding=UTF-16");
  folder.write("sql/V3__c.sql");
  const std::vector<Resource> found = folder.scan({"filesystem:old;encoding=latin1", "filesystem:sql"});
  CHECK(found.at(0).encoding == "latin1");
  CHECK(found.at(1).encoding == "UTF-16");
  CHECK(found.at(3).encoding.empty());
}

TEST_CASE("a pattern for files does not find .conf files but still their encodings") {
  WorkFolder folder;
  folder.write("sql/V1__a.sql");
  folder.write("sql/V1__a.sql.conf", "encoding=ISO-8859-1");
  const std::vector<Resource> found = folder.scan({"filesystem:sql/*.sql"});
  REQUIRE(found.size() == 1);
  CHECK(found[0].encoding == "ISO-8859-1");
}

TEST_CASE("callbackLocations are scanned for callbacks only") {
  WorkFolder folder;
  folder.write("sql/V1__a.sql");
  folder.write("callbacks/afterMigrate.sql");
  Settings settings;
  settings.callbackLocations = {"filesystem:callbacks"};
  const std::vector<Resource> found = folder.scan({"filesystem:sql"}, settings);
  REQUIRE(found.size() == 2);
  CHECK_FALSE(found[0].callbacksOnly);
  CHECK(found[1].callbacksOnly);
}

TEST_CASE("suffixes are taken from the list, trimmed") {
  WorkFolder folder;
  folder.write("sql/V1__a.ddl");
  folder.write("sql/V2__b.sql");
  Settings settings;
  settings.sqlMigrationSuffixes = {" .ddl"};
  CHECK(folder.scripts({"filesystem:sql"}, settings) == Names{"V1__a.ddl"});
}
