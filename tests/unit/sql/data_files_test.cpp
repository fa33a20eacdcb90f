// Every data/DIALECT/NAME.sql must split into what data/DIALECT/NAME.expected lists, however the script is
// read.
#include <algorithm>
#include <filesystem>
#include <random>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "script_listing.h"

namespace whimbrel::sql {

namespace {

std::set<std::filesystem::path> scripts() {
  std::set<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(TEST_DATA))
    if (entry.path().extension() == ".sql") found.insert(entry.path());
  return found;
}

const Syntax& syntaxOf(const std::filesystem::path& script) {
  return sql::syntaxOf(script.parent_path().filename().string());
}

/// Pieces of one to twenty bytes.
class RandomReader : public Reader {
 public:
  explicit RandomReader(std::string_view text) : text_(text) {}
  std::size_t read(char* buffer, std::size_t size) override {
    const std::size_t count = text_.copy(buffer, std::min<std::size_t>(size, sizes_(random_)));
    text_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view text_;
  std::mt19937 random_{7};
  std::uniform_int_distribution<std::size_t> sizes_{1, 20};
};

}  // namespace

TEST_CASE("data files split as they should") {
  CHECK(scripts().size() > 20);
  for (const auto& script : scripts()) {
    CAPTURE(script.string());
    auto expected = script;
    CHECK(listing(fileText(script.string()), syntaxOf(script)) ==
          fileText(expected.replace_extension(".expected").string()));
  }
}

TEST_CASE("the pieces in which a script is read make no difference") {
  for (const auto& script : scripts()) {
    CAPTURE(script.string());
    const std::string text = fileText(script.string());
    const std::string whole = listing(text, syntaxOf(script));
    for (const std::size_t size : {1, 2, 3, 7}) {
      PieceReader pieces(text, size);
      CHECK(listing(pieces, syntaxOf(script)) == whole);
    }
    RandomReader random(text);
    CHECK(listing(random, syntaxOf(script)) == whole);
  }
}

TEST_CASE("the border between two reading blocks makes no difference") {
  for (const auto& script : scripts()) {
    CAPTURE(script.string());
    const std::string text = "\n" + fileText(script.string());
    const std::string expected = listing(text, syntaxOf(script));
    // Blanks in front are not sent; they move the tokens over the border at 64 KiB.
    for (std::size_t part = 0; part < 16; ++part) {
      const std::string blanks(65536 - text.size() * part / 16, ' ');
      CHECK(listing(blanks + text, syntaxOf(script)) == expected);
    }
  }
}

}  // namespace whimbrel::sql
