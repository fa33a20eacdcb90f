#include "core/migrations/checksum.h"

#include <fstream>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include "core/migrations/script_text.h"
#include "core/text/strings.h"
#include "tests/unit/migrations/script_files.h"

using namespace whimbrel;

namespace {

std::string unescape(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    if (text.starts_with("\\x")) {
      bytes += static_cast<char>(std::stoi(std::string(text.substr(2, 2)), nullptr, 16));
      text.remove_prefix(4);
    } else if (text.starts_with("\\")) {
      bytes += text[1] == 'n' ? '\n' : text[1] == 'r' ? '\r' : '\t';
      text.remove_prefix(2);
    } else if (text.starts_with("(")) {
      const std::size_t close = text.find(')');
      const std::string unit = unescape(text.substr(1, close - 1));
      std::size_t digits = 0;
      const int times = std::stoi(std::string(text.substr(close + 2)), &digits);
      for (int i = 0; i < times; ++i) bytes += unit;
      text.remove_prefix(close + 2 + digits);
    } else {
      bytes += text.front();
      text.remove_prefix(1);
    }
  }
  return bytes;
}

std::int32_t checksumOf(std::string bytes, std::string_view encoding = "UTF-8") {
  return checksum(*openDecoded(script("V1__x.sql", std::move(bytes)), encoding));
}

/// Gives one byte per call.
class ByteReader : public Reader {
 public:
  explicit ByteReader(std::string_view text) : text_(text) {}
  std::size_t read(char* buffer, std::size_t) override { return text_.read(buffer, 1); }

 private:
  StringReader text_;
};

}  // namespace

TEST_CASE("checksums are those that the reference records") {
  std::ifstream file(TEST_DATA "/checksums.tsv");
  REQUIRE(file.good());
  int rows = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) continue;
    const std::vector<std::string> columns = split(line, '\t');
    REQUIRE(columns.size() == 3);
    CAPTURE(line);
    CHECK(checksumOf(unescape(columns[1]), columns[0]) == std::stoi(columns[2]));
    ++rows;
  }
  CHECK(rows == 65);
}

TEST_CASE("a checksum does not depend on where the reads cut the text") {
  const std::string text = "\xEF\xBB\xBF--a\r\n--b\r\n";
  ByteReader reader(text);
  CHECK(checksum(reader) == 54018992);
}

TEST_CASE("the checksum of many lines equals that of one line") {
  std::string lines, joined;
  for (int i = 0; i < 50'000; ++i) {
    lines += "--line " + std::to_string(i) + (i % 3 == 0 ? "\r\n" : i % 3 == 1 ? "\n" : "\r");
    joined += "--line " + std::to_string(i);
  }
  CHECK(checksumOf(lines) == checksumOf(joined));
}
