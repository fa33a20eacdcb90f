#include "core/text/encoding.h"

#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "core/error.h"

using namespace whimbrel;
using namespace std::string_literals;

namespace {

/// Gives at most `step` bytes per call, so that characters are cut at every place.
class SlowReader : public Reader {
 public:
  SlowReader(std::string_view text, std::size_t step) : text_(text), step_(step) {}
  std::size_t read(char* buffer, std::size_t size) override {
    const std::size_t count = text_.copy(buffer, std::min(size, step_));
    text_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view text_;
  std::size_t step_;
};

std::string decodeAll(std::string_view bytes, std::string_view encoding, BadBytes bad = BadBytes::Refuse,
                      std::size_t step = 65536) {
  const auto reader = decode(std::make_unique<SlowReader>(bytes, step), encoding, bad);
  return readAll(*reader);
}

/// The message of the failure, "" if there is none.
std::string failure(std::string_view bytes, std::string_view encoding, std::size_t step = 65536) {
  try {
    decodeAll(bytes, encoding, BadBytes::Refuse, step);
  } catch (const Error& error) {
    return error.message();
  }
  return {};
}

struct Sample {
  std::string_view encoding;
  std::string bytes;
  std::string text;
};

const std::vector<Sample> samples = {
    {"UTF-8", "--\u00E9\u20AC\U0001F600\n", "--\u00E9\u20AC\U0001F600\n"},
    {"UTF-8", "\xEF\xBB\xBF--a", "\xEF\xBB\xBF--a"},
    {"UTF-8", "a\0b"s, "a\0b"s},
    {"UTF-8", "", ""},
    {"utf8", "\xF4\x8F\xBF\xBF\xEF\xBF\xBF", "\U0010FFFF\uFFFF"},
    {"US-ASCII", "--a\n", "--a\n"},
    {"ISO-8859-1", "--\xE9\x80\xFF\n", "--\u00E9\u0080\u00FF\n"},
    {"windows-1252", "--\x80\x9F\xE9\n", "--\u20AC\u0178\u00E9\n"},
    {"UTF-16", "\xFF\xFE-\0\xE9\0\xAC\x20"s, "-\u00E9\u20AC"},
    {"UTF-16", "\xFE\xFF\0-\0\xE9\x20\xAC"s, "-\u00E9\u20AC"},
    {"UTF-16", "\0-\0\xE9\x20\xAC"s, "-\u00E9\u20AC"},
    {"UTF-16", "\xD8\x3D\xDE\x00"s, "\U0001F600"},
    {"UTF-16", "\xFF\xFE", ""},
    {"UTF-16", "\xFF\xFE\xFF\xFE-\0"s, "\uFEFF-"},
    {"UTF-16BE", "\xFE\xFF\0-"s, "\uFEFF-"},
    {"UTF-16LE", "\xFF\xFE-\0"s, "\uFEFF-"},
    {"x-UTF-16LE-BOM", "-\0"s, "-"},
    {"UTF-32", "\0\0\0-\0\x01\xF6\0"s, "-\U0001F600"},
    {"UTF-32LE", "\xFF\xFE\0\0-\0\0\0"s, "-"},
    {"ISO-8859-2", "\xB1", "\u0105"},
    {"ISO-8859-15", "\xA4", "\u20AC"},
    {"windows-1251", "\xCF", "\u041F"},
    {"windows-1258", "a", "a"},  // iconv holds it back: a tone mark may follow
    {"IBM850", "\x82", "\u00E9"},
    {"Shift_JIS", "\\~\x81\x60\x95\x5C", "\\~\u301C\u8868"},
    {"windows-31j", "\x81\x60", "\uFF5E"},
    {"EUC-JP", "\xC9\xBD", "\u8868"},
    {"GBK", "\xD6\xD0", "\u4E2D"},
    {"GB18030", "\x94\x39\xFC\x36", "\U0001F600"},
    {"Big5", "\xA4\xA4", "\u4E2D"},
    {"MS949", "\xC7\xD1", "\uD55C"},
    {"ISO-2022-JP", "\x1B$B\x49\x3D\x1B(B", "\u8868"},
    // Where Java reads another character than the C library.
    {"Shift_JIS", "\x81\x5C", "\u2014"},
    {"euc_jp", "\xA1\xBD", "\u2014"},
    {"windows-31j", "\x81\x5C", "\u2015"},
    {"GBK", "\xA2\xE3", "\u20AC"},
    {"Big5", "\xA1\xFE\xA2\x41\xA2\x46", "\u2571\uFF0F\u00A2"},
    {"MS950", "\xA1\xFE\xA2\x46", "\uFF0F\uFFE0"},
    {"MacRoman", "\xC6", "\u2206"},
    {"TIS-620", "\xA0", "\u00A0"},
    {"IBM037", "\xC1\x15\xC2\x25", "A\nB\n"},
    {"ibm-500", "\xC1\x15", "A\n"},
    {"Cp1047", "\xC1\x15\xC2\x25", "A\nB\u0085"},
    {"cp933", "\xC1\x15", "A\u0085"},
};

}  // namespace

TEST_CASE("bytes of each encoding become UTF-8") {
  for (const Sample& sample : samples) {
    CAPTURE(sample.encoding);
    CHECK(decodeAll(sample.bytes, sample.encoding) == sample.text);
  }
}

TEST_CASE("a character that is cut between two reads is put together") {
  for (const Sample& sample : samples) {
    for (const std::size_t step : {1u, 2u, 3u, 5u}) {
      CAPTURE(sample.encoding);
      CAPTURE(step);
      CHECK(decodeAll(sample.bytes, sample.encoding, BadBytes::Refuse, step) == sample.text);
    }
  }
}

TEST_CASE("a text longer than a block comes out whole") {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "a\u00E9\u20AC\U0001F600";
  CHECK(decodeAll(text, "UTF-8") == text);
  CHECK(decodeAll(std::string(200'001, '\xE9'), "ISO-8859-1").size() == 400'002);
  CHECK(decodeAll(std::string(200'000, '\x41'), "UTF-16LE").size() == 300'000);
  std::string multibyte;
  std::string decoded;
  for (int i = 0; i < 70'001; ++i) multibyte += "x\xD6\xD0", decoded += "x\u4E2D";
  CHECK(decodeAll(multibyte, "GBK") == decoded);
}

TEST_CASE("a reader gives as little as is asked for") {
  const auto reader = decode(std::make_unique<SlowReader>("a\u20AC", 100), "UTF-8", BadBytes::Refuse);
  std::string text;
  char c;
  while (reader->read(&c, 1) == 1) text += c;
  CHECK(text == "a\u20AC");
  CHECK(reader->read(&c, 1) == 0);
}

TEST_CASE("bytes that are no text are refused with the length that Java names") {
  const std::vector<Sample> bad = {
      {"UTF-8", "--\xFF\n", "1"},
      {"UTF-8", "--\x80", "1"},
      {"UTF-8", "--\xE9 x\n", "1"},
      {"UTF-8", "--\xC0\x80", "1"},
      {"UTF-8", "--\xF5\x80\x80\x80", "1"},
      {"UTF-8", "--\xF4\x90\x80\x80", "1"},
      {"UTF-8", "--\xF0\x80\x80\x80", "1"},
      {"UTF-8", "--\xE0\x80\x80", "1"},
      {"UTF-8", "--\xED\xA0\x80", "3"},
      {"UTF-8", "--\xED\xA0 ", "2"},
      {"UTF-8", "--\xE2\x82 ", "2"},
      {"UTF-8", "--\xF0\x9F\x98 ", "3"},
      {"UTF-8", "--\xC3", "1"},
      {"UTF-8", "--\xE2\x82", "2"},
      {"UTF-8", "--\xF0\x9F\x98", "3"},
      {"UTF-16", "\0-\0"s, "1"},
      {"UTF-16LE", "\x00\xD8\x0A\x00"s, "4"},
      {"UTF-16LE", "\x00\xD8"s, "2"},
      {"UTF-16LE", "\x00\xDC\x0A\x00"s, "2"},
      {"UTF-32", "\0\0\0"s, "3"},
      {"UTF-32", "\0\x11\0\0"s, "4"},
      {"US-ASCII", "--\xE9\n", "1"},
      {"windows-1252", "\x81", "1"},
      {"GBK", "\xD6", "1"},
  };
  for (const Sample& sample : bad) {
    CAPTURE(sample.encoding);
    CAPTURE(sample.bytes);
    const std::string whole = failure(sample.bytes, sample.encoding);
    CHECK(whole.substr(0, whole.find('\n')) == "Input length = " + sample.text);
    CHECK(failure(sample.bytes, sample.encoding, 1) == whole);
  }
}

TEST_CASE("a failure says where the bytes stand and what they are") {
  CHECK(failure("--\xC3\xA4\n-- Zo\xEB\n", "UTF-8") ==
        "Input length = 1\n  What stands in line 2 (offset 10, bytes EB) is not UTF-8. Set encoding to what "
        "the "
        "file is written in, or detectEncoding=true.");
  CHECK(failure("\n\n" + std::string(70'000, 'a') + "\xED\xA0\x80", "UTF-8")
            .starts_with(
                "Input length = 3\n  What stands in line 3 (offset 70002, bytes ED A0 80) is not UTF-8."));
}

TEST_CASE("text in front of bad bytes is still given") {
  const auto reader = decode(std::make_unique<SlowReader>("ab\xFF", 100), "UTF-8", BadBytes::Refuse);
  char buffer[10];
  CHECK(reader->read(buffer, sizeof buffer) == 2);
  CHECK_THROWS_AS(reader->read(buffer, sizeof buffer), Error);
}

TEST_CASE("bad bytes become U+FFFD where that was asked for") {
  CHECK(decodeAll("a\xFF\xE9 b\xC3", "UTF-8", BadBytes::Replace) == "a\uFFFD\uFFFD b\uFFFD");
  CHECK(decodeAll("\xED\xA0\x80", "UTF-8", BadBytes::Replace) == "\uFFFD");
  CHECK(decodeAll("a\xE9", "US-ASCII", BadBytes::Replace) == "a\uFFFD");
  CHECK(decodeAll(std::string(70'000, '\xFF'), "UTF-8", BadBytes::Replace).size() == 210'000);
}

TEST_CASE("encodings are known by Java's names in any case") {
  std::ifstream file(TEST_DATA "/java-names");
  REQUIRE(file.ignore(1000, '\n'));  // the comment
  for (std::string name; file >> name;) {
    CAPTURE(name);
    CHECK_NOTHROW(requireEncoding(name));
  }
}

TEST_CASE("a name that nobody knows is refused as Java does") {
  const auto message = [](std::string_view name) {
    try {
      requireEncoding(name);
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::Fault);
      return error.message();
    }
    return std::string();
  };
  CHECK(message("nonsense") == "java.nio.charset.UnsupportedCharsetException: nonsense");
  CHECK(message("FOO") == "java.nio.charset.UnsupportedCharsetException: FOO");
  CHECK(message("") == "java.nio.charset.IllegalCharsetNameException: ");
  CHECK(message("UTF-8//IGNORE") == "java.nio.charset.IllegalCharsetNameException: UTF-8//IGNORE");
  CHECK(message("UTF-8 ") == "java.nio.charset.IllegalCharsetNameException: UTF-8 ");
}

TEST_CASE("an encoding is found out by its mark, else by what UTF-8 allows") {
  const auto detected = [](std::string_view bytes) {
    return detectEncoding(std::make_unique<StringReader>(bytes));
  };
  CHECK(detected("") == "UTF-8");
  CHECK(detected("plain") == "UTF-8");
  CHECK(detected("\xEF\xBB\xBF--a") == "UTF-8");
  CHECK(detected("\xC3\xA9") == "UTF-8");
  CHECK(detected("\xE9t\xE9") == "ISO-8859-1");
  CHECK(detected("cut \xC3") == "ISO-8859-1");
  CHECK(detected(std::string_view("\xFF\xFE-\0", 4)) == "UTF-16");
  CHECK(detected(std::string_view("\xFE\xFF\0-", 4)) == "UTF-16");
  CHECK(detected("\xFF") == "ISO-8859-1");
  const std::string big(200'001, 'a');
  CHECK(detected(big + "\xC3\xA9") == "UTF-8");
  CHECK(detected(big + "\xE9 ") == "ISO-8859-1");
}
