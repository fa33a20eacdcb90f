#include "core/sql/copy_data.h"

#include <algorithm>
#include <array>

namespace whimbrel::sql {

void CopyData::begin() {
  source_.skipTo(lineEnds);
  skipLineEnd();
  open_ = true;
  atLineStart_ = true;
}

std::size_t CopyData::read(char* buffer, std::size_t size) {
  std::size_t filled = 0;
  while (open_ && filled < size) {
    source_.forgetBefore(source_.position());
    if (atLineStart_ && skipTerminator()) break;
    const std::string_view text = source_.ahead().substr(0, size - filled);
    open_ = !text.empty();
    cut_ = !open_;
    const auto lineEnd =
        std::find_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; });
    atLineStart_ = lineEnd != text.end();
    const std::size_t count = static_cast<std::size_t>(lineEnd - text.begin()) + (atLineStart_ ? 1 : 0);
    std::copy_n(text.data(), count, buffer + filled);
    source_.skip(count);
    filled += count;
  }
  return filled;
}

void CopyData::skip() {
  std::array<char, 16384> unused;
  while (read(unused.data(), unused.size()) > 0) continue;
}

void CopyData::skipLineEnd() {
  if (source_.peek() == '\r') source_.skip(1);
  if (source_.peek() == '\n') source_.skip(1);
}

/// The terminator is a line that is `\.` when trimmed.
bool CopyData::skipTerminator() {
  std::size_t at = 0;
  const auto isLineEnd = [](int c) { return c == '\r' || c == '\n' || c == Source::end; };
  const auto skipBlanks = [&] {
    while (source_.peek(at) <= ' ' && !isLineEnd(source_.peek(at))) ++at;
  };
  skipBlanks();
  if (source_.peek(at) != '\\' || source_.peek(at + 1) != '.') return false;
  at += 2;
  skipBlanks();
  if (!isLineEnd(source_.peek(at))) return false;
  source_.skip(at);
  skipLineEnd();
  open_ = false;
  return true;
}

}  // namespace whimbrel::sql
