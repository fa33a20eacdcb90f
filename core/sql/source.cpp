#include "core/sql/source.h"

#include <cstring>

namespace whimbrel::sql {

namespace {

/// Length in UTF-16 units: every byte that begins a character counts, those of four bytes twice.
int utf16Units(std::string_view text) {
  int units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    units += static_cast<int>((byte & 0xC0) != 0x80) + static_cast<int>(byte >= 0xF0);
  }
  return units;
}

}  // namespace

void Source::skipTo(const ByteSet& set) {
  for (;;) {
    const std::string_view text = ahead();
    const auto found =
        std::find_if(text.begin(), text.end(), [&](char c) { return set[static_cast<unsigned char>(c)]; });
    skip(static_cast<std::size_t>(found - text.begin()));
    if (found != text.end() || text.empty()) return;
  }
}

void Source::skipTo(char byte) {
  for (;;) {
    const std::string_view text = ahead();
    const std::size_t found = text.find(byte);
    skip(std::min(found, text.size()));
    if (found != std::string_view::npos || text.empty()) return;
  }
}

Place Source::placeOf(std::size_t position) {
  const std::string_view passed = text(placed_, position);
  placed_ = position;
  const std::size_t lineStart = passed.rfind('\n') + 1;
  const std::size_t columnStart = lineStart + passed.substr(lineStart).rfind('\r') + 1;
  place_.line += static_cast<int>(std::count(passed.begin(), passed.end(), '\n'));
  if (columnStart > 0) place_.column = 1;
  place_.column += utf16Units(passed.substr(columnStart));
  return place_;
}

bool Source::fill(std::size_t count) {
  while (filled_ - cursor_ < count) {
    if (readBlock()) continue;
    if (failure_) throw Error(*failure_);
    return false;
  }
  return true;
}

bool Source::readBlock() {
  if (ended_ || failure_) return false;
  dropForgotten();
  // Most scripts are small: a large buffer would cost more than all that is done with them.
  const std::size_t wanted = std::clamp(filled_, smallestBlock, block);
  if (buffer_.size() - filled_ < wanted / 2) buffer_.resize(std::max(2 * buffer_.size(), filled_ + wanted));
  try {
    const std::size_t count =
        reader_.read(buffer_.data() + filled_, std::min(buffer_.size() - filled_, block));
    filled_ += count;
    ended_ = count == 0;
  } catch (const Error& failure) {
    failure_ = failure;
  }
  return !ended_ && !failure_;
}

void Source::dropForgotten() {
  const std::size_t dropped = forgotten_ - base_;
  if (dropped < block) return;  // moving the rest for every small read would take quadratic time
  placeOf(std::max(placed_, forgotten_));
  const std::size_t left = filled_ - dropped;
  std::memmove(buffer_.data(), buffer_.data() + dropped, left);
  base_ += dropped;
  cursor_ -= dropped;
  filled_ = left;
  // The memory of a huge statement is given back.
  if (buffer_.size() > 64 * block && left < block) {
    buffer_.resize(2 * block);
    buffer_.shrink_to_fit();
  }
}

void Source::lookAheadNearEnd() {
  while (filled_ - cursor_ < lookAheadBytes && readBlock()) continue;
  if (!failure_) return;
  const std::string_view left(buffer_.data() + cursor_, filled_ - cursor_);
  if (left.size() < lookAheadCharacters || utf16Units(left) < static_cast<int>(lookAheadCharacters))
    throw Error(*failure_);
}

}  // namespace whimbrel::sql
