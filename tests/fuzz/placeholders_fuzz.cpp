// Texts with placeholders in any encoding: the pieces in which they are read make no difference. The first
// byte selects the encoding, the rest is a script.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "core/error.h"
#include "core/migrations/placeholders.h"
#include "core/text/encoding.h"
#include "tests/fuzz/pieces.h"

namespace {

using namespace whimbrel;

constexpr std::array encodings{"UTF-8",     "US-ASCII", "ISO-8859-1",    "windows-1252",
                               "UTF-16",    "UTF-16LE", "UTF-16BE",      "UTF-32",
                               "Shift_JIS", "GB18030",  "x-UTF-16LE-BOM"};

/// What is read, and the failure in which that ends.
std::string readIn(std::size_t pieceSize, std::string_view bytes, const char* encoding, BadBytes badBytes,
                   const Placeholders& placeholders) {
  std::string result;
  try {
    const auto decoded = decode(std::make_unique<Pieces>(bytes, pieceSize), encoding, badBytes);
    const auto replaced = replacePlaceholders(*decoded, placeholders);
    char buffer[64];
    while (const std::size_t count = replaced->read(buffer, std::min(pieceSize, sizeof buffer)))
      result.append(buffer, count);
  } catch (const Error& error) {
    result += "\n" + error.message();
  }
  return result;
}

Placeholders known() {
  Settings settings;
  settings.placeholders = {{"a", "value"}, {"b", "${a}"}, {"empty", ""}};
  return Placeholders(settings);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Placeholders placeholders = known();
  if (size == 0) return 0;
  const char* const encoding = encodings[data[0] % encodings.size()];
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (const BadBytes badBytes : {BadBytes::Refuse, BadBytes::Replace}) {
    const std::string whole = readIn(size, bytes, encoding, badBytes, placeholders);
    for (const std::size_t pieceSize : {1, 3})
      if (readIn(pieceSize, bytes, encoding, badBytes, placeholders) != whole) std::abort();
  }
  detectEncoding(std::make_unique<Pieces>(bytes, 3));
  return 0;
}
