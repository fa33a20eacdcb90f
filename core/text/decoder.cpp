#include "core/text/decoder.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <iconv.h>
#include <string>

#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel {
namespace {

unsigned char byteAt(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

/// Where the ASCII characters from `at` on end. Most scripts are nothing else, so this decides the speed: 32
/// bytes per step.
std::size_t skipAscii(std::string_view bytes, std::size_t at) {
  constexpr std::uint64_t highBits = 0x8080808080808080;
  std::array<std::uint64_t, 4> words;
  for (; at + sizeof words <= bytes.size(); at += sizeof words) {
    std::memcpy(words.data(), bytes.data() + at, sizeof words);
    if ((words[0] | words[1] | words[2] | words[3]) & highBits) break;
  }
  while (at < bytes.size() && byteAt(bytes, at) < 0x80) ++at;
  return at;
}

class Utf8Decoder : public Decoder {
 public:
  Step decode(std::string_view bytes) override {
    std::size_t at = 0;
    while ((at = skipAscii(bytes, at)) < bytes.size()) {
      const Sequence sequence = sequenceAt(bytes, at);
      if (sequence.size == 0) return {bytes.substr(0, at), at, sequence.bad};
      at += sequence.size;
    }
    return {bytes, at, 0};
  }

 private:
  struct Sequence {
    std::size_t size = 0;  ///< 0: not whole (and bad == 0) or not valid
    std::size_t bad = 0;
  };

  /// A character of more than one byte. Invalid ones are as long as Java says (spec/migrations.md
  /// section 8.3).
  static Sequence sequenceAt(std::string_view bytes, std::size_t at) {
    const unsigned lead = byteAt(bytes, at);
    if (lead < 0xC2 || lead > 0xF4) return {0, 1};
    const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    // The second byte's range keeps out overlong forms and what is beyond U+10FFFF.
    unsigned least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned most = lead == 0xF4 ? 0x8F : 0xBF;
    for (std::size_t i = 1; i < size; ++i) {
      if (at + i == bytes.size()) return {};
      const unsigned next = byteAt(bytes, at + i);
      if (next < least || next > most) return {0, i};
      least = 0x80;
      most = 0xBF;
    }
    const bool surrogate = lead == 0xED && byteAt(bytes, at + 1) >= 0xA0;
    return surrogate ? Sequence{0, size} : Sequence{size, 0};
  }
};

/// What the bytes from 0x80 on mean; 0: nothing.
using UpperHalf = std::array<char16_t, 128>;

constexpr UpperHalf asciiUpperHalf{};

constexpr UpperHalf latin1UpperHalf = [] {
  UpperHalf upper{};
  for (std::size_t i = 0; i < upper.size(); ++i) upper[i] = static_cast<char16_t>(0x80 + i);
  return upper;
}();

constexpr UpperHalf windows1252UpperHalf = [] {
  constexpr std::array<char16_t, 32> own = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                            0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                            0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                            0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
  UpperHalf upper = latin1UpperHalf;
  for (std::size_t i = 0; i < own.size(); ++i) upper[i] = own[i];
  return upper;
}();

class SingleByteDecoder : public Decoder {
 public:
  explicit SingleByteDecoder(const UpperHalf& upper) : upper_(upper) {}

  Step decode(std::string_view bytes) override {
    text_.clear();
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      const std::size_t ascii = skipAscii(bytes, at);
      text_ += bytes.substr(at, ascii - at);
      if ((at = ascii) == bytes.size()) break;
      const char16_t c = upper_[byteAt(bytes, at) - 0x80u];
      if (c == 0) return {text_, at, 1};
      appendUtf8(text_, c);
    }
    return {text_, bytes.size(), 0};
  }

 private:
  const UpperHalf& upper_;
  std::string text_;
};

/// UTF-16 and UTF-32: units of 2 or 4 bytes.
class WideDecoder : public Decoder {
 public:
  enum class Order { Big, Little };
  enum class Mark { Keep, Obey };  ///< Obey: one at the start tells the order and is no text

  WideDecoder(std::size_t unit, Order order, Mark mark)
      : unit_(unit), order_(order), obeyMark_(mark == Mark::Obey) {}

  Step decode(std::string_view bytes) override {
    std::size_t at = obeyMark_ && bytes.size() >= unit_ ? readMark(bytes) : 0;
    text_.clear();
    while (at + unit_ <= bytes.size()) {
      char32_t c = unitAt(bytes, at);
      std::size_t size = unit_;
      if (unit_ == 2 && c >= 0xD800 && c < 0xDC00) {
        size = 4;
        if (at + size > bytes.size()) break;
        const char32_t low = unitAt(bytes, at + 2);
        c = low >= 0xDC00 && low < 0xE000 ? 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00) : 0xD800;
      }
      if ((c >= 0xD800 && c < 0xE000) || c > 0x10FFFF) return {text_, at, size};
      appendUtf8(text_, c);
      at += size;
    }
    return {text_, at, 0};
  }

 private:
  std::size_t readMark(std::string_view bytes) {
    obeyMark_ = false;
    constexpr char32_t mark = 0xFEFF;
    for (const Order order : {Order::Big, Order::Little}) {
      if (unitAt(bytes, 0, order) != mark) continue;
      order_ = order;
      return unit_;
    }
    return 0;
  }

  char32_t unitAt(std::string_view bytes, std::size_t at) const { return unitAt(bytes, at, order_); }
  char32_t unitAt(std::string_view bytes, std::size_t at, Order order) const {
    char32_t value = 0;
    for (std::size_t i = 0; i < unit_; ++i)
      value = (value << 8) | byteAt(bytes, at + (order == Order::Big ? i : unit_ - 1 - i));
    return value;
  }

  std::size_t unit_;
  Order order_;
  bool obeyMark_;
  std::string text_;
};

class IconvDecoder : public Decoder {
 public:
  explicit IconvDecoder(const Charset& charset)
      : converter_(iconv_open("UTF-8", charset.iconvName.c_str())), correction_(charset.correction) {
    if (converter_ == reinterpret_cast<iconv_t>(-1))
      throw Error(ErrorCode::Fault, "java.nio.charset.UnsupportedCharsetException: " + charset.iconvName);
  }
  ~IconvDecoder() override { iconv_close(converter_); }
  IconvDecoder(const IconvDecoder&) = delete;
  IconvDecoder& operator=(const IconvDecoder&) = delete;

  Step decode(std::string_view bytes) override {
    // iconv wants a pointer to non-const, but does not write there.
    char* in = const_cast<char*>(bytes.data());
    std::size_t left = bytes.size();
    const int problem = convert(&in, &left, 4 * bytes.size() + spare);
    if (!correction_.from.empty()) correct();
    return {text_, bytes.size() - left, problem == EILSEQ ? std::size_t{1} : std::size_t{0}};
  }

  std::string_view finish() override {
    convert(nullptr, nullptr, spare);
    return text_;
  }

 private:
  static constexpr std::size_t spare = 64;

  void correct() {
    std::string corrected;
    corrected.reserve(text_.size());
    for (std::size_t at = 0; at < text_.size();) {
      const char32_t c = decodeUtf8(text_, at);
      const std::size_t found = correction_.from.find(c);
      appendUtf8(corrected, found == std::u32string_view::npos ? c : correction_.to[found]);
    }
    text_ = std::move(corrected);
  }

  int convert(char** in, std::size_t* left, std::size_t room) {
    text_.resize(room);
    char* out = text_.data();
    const std::size_t result = iconv(converter_, in, left, &out, &room);
    const int problem = result == static_cast<std::size_t>(-1) ? errno : 0;
    text_.resize(text_.size() - room);
    return problem;
  }

  iconv_t converter_;
  Correction correction_;
  std::string text_;
};

}  // namespace

std::unique_ptr<Decoder> makeDecoder(const Charset& charset) {
  using Order = WideDecoder::Order;
  using Mark = WideDecoder::Mark;
  switch (charset.codec) {
    case Codec::Utf8:
      return std::make_unique<Utf8Decoder>();
    case Codec::Ascii:
      return std::make_unique<SingleByteDecoder>(asciiUpperHalf);
    case Codec::Latin1:
      return std::make_unique<SingleByteDecoder>(latin1UpperHalf);
    case Codec::Windows1252:
      return std::make_unique<SingleByteDecoder>(windows1252UpperHalf);
    case Codec::Utf16:
      return std::make_unique<WideDecoder>(2, Order::Big, Mark::Obey);
    case Codec::Utf16Be:
      return std::make_unique<WideDecoder>(2, Order::Big, Mark::Keep);
    case Codec::Utf16Le:
      return std::make_unique<WideDecoder>(2, Order::Little, Mark::Keep);
    case Codec::Utf16LeMark:
      return std::make_unique<WideDecoder>(2, Order::Little, Mark::Obey);
    case Codec::Utf32:
      return std::make_unique<WideDecoder>(4, Order::Big, Mark::Obey);
    case Codec::Utf32Le:
      return std::make_unique<WideDecoder>(4, Order::Little, Mark::Obey);
    case Codec::Iconv:
      return std::make_unique<IconvDecoder>(charset);
  }
  throw Error(ErrorCode::Fault, "unknown codec");
}

}  // namespace whimbrel
