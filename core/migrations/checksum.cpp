#include "core/migrations/checksum.h"

#include <algorithm>
#include <array>
#include <cstring>

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

/// The checksum goes on from `crc`.
std::uint32_t addText(std::uint32_t crc, std::string_view text) {
  std::array<char, 65536> buffer;
  while (!text.empty()) {
    const std::size_t count = text.copy(buffer.data(), buffer.size());
    text.remove_prefix(count);
    const std::size_t kept = dropLineEnds(buffer.data(), count);
    crc = static_cast<std::uint32_t>(
        crc32(crc, reinterpret_cast<const Bytef*>(buffer.data()), static_cast<uInt>(kept)));
  }
  return crc;
}

}  // namespace

void Checksum::add(std::string_view text) {
  if (!started_) {
    const std::size_t missing = std::min(byteOrderMark.size() - start_.size(), text.size());
    start_ += text.substr(0, missing);
    text.remove_prefix(missing);
    if (start_.size() < byteOrderMark.size()) return;
    started_ = true;
    if (start_ != byteOrderMark) crc_ = addText(crc_, start_);
  }
  crc_ = addText(crc_, text);
}

std::int32_t Checksum::value() const {
  return static_cast<std::int32_t>(started_ ? crc_ : addText(crc_, start_));
}

std::int32_t checksum(Reader& text) {
  std::array<char, 65536> buffer;
  Checksum sum;
  while (const std::size_t count = text.read(buffer.data(), buffer.size())) sum.add({buffer.data(), count});
  return sum.value();
}

}  // namespace whimbrel
