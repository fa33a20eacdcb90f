#include "core/migrations/checksum.h"

#include <array>
#include <cstring>
#include <string_view>

#include <zlib.h>

namespace whimbrel {
namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

/// Takes every `c` out of `text`, in place, and returns the new length. By whole pieces, because memchr and
/// memmove are many times faster than looking at each character.
std::size_t drop(char c, char* text, std::size_t size) {
  const char* const end = text + size;
  const char* from = text;
  char* to = text;
  while (from < end) {
    const void* hit = std::memchr(from, c, static_cast<std::size_t>(end - from));
    const char* stop = hit == nullptr ? end : static_cast<const char*>(hit);
    const auto length = static_cast<std::size_t>(stop - from);
    if (to != from) std::memmove(to, from, length);
    to += length;
    from = stop + 1;
  }
  return static_cast<std::size_t>(to - text);
}

std::size_t dropLineEnds(char* text, std::size_t size) { return drop('\r', text, drop('\n', text, size)); }

/// Fills the buffer up to the length of a byte-order mark, unless the text is shorter.
std::size_t readStart(Reader& text, char* buffer, std::size_t size) {
  std::size_t filled = 0;
  while (filled < byteOrderMark.size()) {
    const std::size_t count = text.read(buffer + filled, size - filled);
    if (count == 0) break;
    filled += count;
  }
  return filled;
}

}  // namespace

std::int32_t checksum(Reader& text) {
  std::array<char, 65536> buffer;
  std::size_t count = readStart(text, buffer.data(), buffer.size());
  char* start = buffer.data();
  if (std::string_view(start, count).starts_with(byteOrderMark)) {
    start += byteOrderMark.size();
    count -= byteOrderMark.size();
  }
  uLong crc = 0;
  do {
    const std::size_t kept = dropLineEnds(start, count);
    crc = crc32(crc, reinterpret_cast<const Bytef*>(start), static_cast<uInt>(kept));
    start = buffer.data();
    count = text.read(buffer.data(), buffer.size());
  } while (count > 0);
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(crc));
}

}  // namespace whimbrel
