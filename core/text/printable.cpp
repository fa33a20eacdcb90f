#include "core/text/printable.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "core/text/strings.h"

namespace whimbrel {
namespace {

constexpr auto harmful = std::to_array<std::pair<char32_t, char32_t>>({
    {0x00, 0x1F},      // control characters
    {0x7F, 0x9F},      // more of them
    {0x2028, 0x202E},  // line and paragraph separator, embeddings and overrides of direction
    {0x2066, 0x2069},  // isolates of direction
});

/// `bytes` are one character, or one byte that is none.
bool isHarmless(char32_t character, std::string_view bytes) {
  constexpr char32_t replacement = 0xFFFD;
  if (character == replacement && bytes.size() == 1) return false;
  return std::ranges::none_of(
      harmful, [&](const auto& range) { return character >= range.first && character <= range.second; });
}

/// `stays` says how many bytes at the front of what is left are no harm where they are.
template <typename Stays>
std::string show(std::string_view text, Stays stays) {
  std::string shown;
  for (std::size_t position = 0; position < text.size();) {
    const std::size_t start = position;
    position += stays(text.substr(start));
    const bool kept = position > start;
    const char32_t character = kept ? 0 : decodeUtf8(text, position);
    const std::string_view bytes = text.substr(start, position - start);
    if (kept || isHarmless(character, bytes)) {
      shown += bytes;
    } else {
      for (const char byte : bytes)
        fmt::format_to(std::back_inserter(shown), "\\x{:02x}", static_cast<unsigned char>(byte));
    }
  }
  return shown;
}

}  // namespace

std::string printable(std::string_view text) {
  return show(text, [](std::string_view) { return std::size_t{0}; });
}

std::string printableLines(std::string_view text) {
  return show(text, [](std::string_view rest) {
    return rest.starts_with("\r\n") ? std::size_t{2}
                                    : std::size_t{rest.front() == '\n' || rest.front() == '\t'};
  });
}

bool isPrintable(std::string_view text) { return printable(text) == text; }

}  // namespace whimbrel
