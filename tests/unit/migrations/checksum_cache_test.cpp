#include "core/migrations/checksum_cache.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

#include <doctest/doctest.h>

#include "tests/unit/recording_log.h"

using namespace whimbrel;
namespace fs = std::filesystem;

namespace {

/// A cache file in a folder of its own.
struct CacheFile {
  CacheFile() {
    std::string name = (fs::temp_directory_path() / "whimbrel-cache-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder = name;
    path = folder / "checksums";
  }
  ~CacheFile() { fs::remove_all(folder); }
  CacheFile(const CacheFile&) = delete;
  CacheFile& operator=(const CacheFile&) = delete;

  ChecksumCache open() { return {path.string(), log}; }
  std::string text() const {
    std::ostringstream content;
    content << std::ifstream(path, std::ios::binary).rdbuf();
    return content.str();
  }
  void write(std::string_view content) const { std::ofstream(path, std::ios::binary) << content; }

  fs::path folder;
  fs::path path;
  RecordingLog log;
};

const ChecksumKey key{"mig/a b.sql", "\"e1\"", "UTF-8", ""};

}  // namespace

TEST_CASE("what was added is found in a later run") {
  CacheFile file;
  ChecksumCache first = file.open();
  CHECK_FALSE(first.find(key));
  first.add(key, -2147483648);
  first.save();
  CHECK(file.open().find(key) == -2147483648);
  CHECK(file.log.lines.empty());
}

TEST_CASE("each part of a key counts") {
  CacheFile file;
  ChecksumCache cache = file.open();
  cache.add(key, 1);
  for (auto member :
       {&ChecksumKey::script, &ChecksumKey::revision, &ChecksumKey::encoding, &ChecksumKey::prefix}) {
    ChecksumKey other = key;
    other.*member += "x";
    CHECK_FALSE(cache.find(other));
  }
}

TEST_CASE("a new revision of a script takes the place of the old one, in every encoding") {
  CacheFile file;
  ChecksumCache cache = file.open();
  ChecksumKey latin = key, changed = key, neighbour = key;
  latin.encoding = "ISO-8859-1";
  changed.revision = "\"e2\"";
  neighbour.script = "mig/a b.sql2";
  cache.add(key, 1);
  cache.add(latin, 2);
  cache.add(neighbour, 3);
  CHECK(cache.find(key) == 1);
  CHECK(cache.find(latin) == 2);
  cache.add(changed, 4);
  CHECK_FALSE(cache.find(key));
  CHECK_FALSE(cache.find(latin));
  CHECK(cache.find(changed) == 4);
  CHECK(cache.find(neighbour) == 3);
}

TEST_CASE("what has no revision, or does not fit into a line, is not kept") {
  CacheFile file;
  ChecksumCache cache = file.open();
  cache.add({"file.sql", "", "UTF-8", ""}, 1);
  cache.add({"a\tb", "e", "UTF-8", ""}, 1);
  cache.add({"a", "e\n1\t2\t3\t4\t5", "UTF-8", ""}, 1);
  cache.save();
  CHECK_FALSE(fs::exists(file.path));
}

TEST_CASE("the file is readable by its owner only, and written only when something was added") {
  CacheFile file;
  ChecksumCache cache = file.open();
  cache.add(key, 1);
  cache.save();
  CHECK(fs::status(file.path).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(file.text() == "whimbrel checksums 1\n1\tUTF-8\t\t\"e1\"\tmig/a b.sql\n");
  fs::remove(file.path);
  cache.save();
  CHECK_FALSE(fs::exists(file.path));
}

TEST_CASE("no prefix of a file is taken for the whole") {
  CacheFile file;
  ChecksumCache cache = file.open();
  cache.add(key, 12);
  cache.add({"mig/b.sql", "e", "UTF-8", "${"}, 345);
  cache.save();
  const std::string whole = file.text();
  const std::size_t firstLine = whole.find('\n', whole.find('\n') + 1) + 1;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    file.write(whole.substr(0, length));
    file.log.lines.clear();
    const bool between = length == whole.find('\n') + 1 || length == firstLine;  // whole lines may be missing
    CHECK(file.open().find(key).has_value() == (length == firstLine));
    CHECK(file.log.lines.empty() == between);
  }
}

TEST_CASE("without a path nothing is kept") {
  RecordingLog log;
  ChecksumCache cache("", log);
  cache.add(key, 1);
  cache.save();
  CHECK_FALSE(cache.find(key));
  CHECK(log.lines.empty());
}
