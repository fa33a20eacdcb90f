// The text of a script as the lexer sees it: a window over a Reader that begins at the current statement and
// grows as needed, and knows line and column of its positions.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"
#include "core/text/reader.h"

namespace whimbrel::sql {

/// Which bytes a scan stops at.
using ByteSet = std::array<bool, 256>;

constexpr ByteSet bytes(std::string_view members) {
  ByteSet set{};
  for (const char c : members) set[static_cast<unsigned char>(c)] = true;
  return set;
}

inline constexpr ByteSet lineEnds = bytes("\r\n");

struct Place {
  int line = 1;    ///< a line ends at LF
  int column = 1;  ///< in UTF-16 units; LF and CR set it back
};

/// Positions are byte offsets from the start of the script. A failure of the reader is kept until the cursor
/// is near.
class Source {
 public:
  static constexpr int end = -1;

  explicit Source(Reader& reader) : reader_(reader) {}

  std::size_t position() const { return base_ + cursor_; }

  /// The byte `distance` behind the cursor; `end` if there is none.
  int peek(std::size_t distance = 0) {
    if (filled_ - cursor_ <= distance && !fill(distance + 1)) return end;
    return static_cast<unsigned char>(buffer_[cursor_ + distance]);
  }

  bool startsWith(std::string_view text) {
    return (filled_ - cursor_ >= text.size() || fill(text.size())) &&
           std::string_view(buffer_.data() + cursor_, text.size()) == text;
  }

  /// What is in memory from the cursor on; empty only at the end. Valid until the next call that may read.
  std::string_view ahead() {
    if (cursor_ == filled_) fill(1);
    return {buffer_.data() + cursor_, filled_ - cursor_};
  }

  /// Moves over bytes that were seen by one of the above.
  void skip(std::size_t count) { cursor_ += count; }
  /// Puts blanks in the place of as many such bytes.
  void blank(std::size_t count) { std::fill_n(buffer_.data() + cursor_, count, ' '); }
  /// Moves behind the bytes of the set that are in memory.
  void skipInMemory(const ByteSet& set) {
    while (cursor_ < filled_ && set[static_cast<unsigned char>(buffer_[cursor_])]) ++cursor_;
  }
  /// Moves to the next byte of the set, or to the end.
  void skipTo(const ByteSet& set);
  /// Moves to the next `byte`, or to the end.
  void skipTo(char byte);

  /// Valid until the next call that may read. `from` must not be forgotten.
  std::string_view text(std::size_t from, std::size_t to) const {
    return {buffer_.data() + (from - base_), to - from};
  }

  /// What is before `position` may be dropped. Calls must not go back.
  void forgetBefore(std::size_t position) { forgotten_ = position; }
  std::size_t forgotten() const { return forgotten_; }

  /// Line and column of a position that is not forgotten. Calls must not go back.
  Place placeOf(std::size_t position);

  /// Throws the Error of the reader if it is less than 256 characters away, as the reference reads so far
  /// ahead (spec/sql-parsing.md section 9).
  void lookAhead() {
    if (filled_ - cursor_ < lookAheadBytes) lookAheadNearEnd();
  }

 private:
  static constexpr std::size_t lookAheadCharacters = 256;
  static constexpr std::size_t lookAheadBytes = 4 * lookAheadCharacters;
  static constexpr std::size_t smallestBlock = std::size_t{4} * 1024;
  static constexpr std::size_t block = std::size_t{64} * 1024;

  bool fill(std::size_t count);
  bool readBlock();
  void dropForgotten();
  void lookAheadNearEnd();

  Reader& reader_;
  std::string buffer_;
  std::size_t base_ = 0;       ///< position of the buffer's first byte
  std::size_t cursor_ = 0;     ///< in the buffer
  std::size_t filled_ = 0;     ///< bytes of the buffer that hold text
  std::size_t forgotten_ = 0;  ///< the position before which nothing is needed
  std::size_t placed_ = 0;     ///< the position that `place_` is for
  Place place_;
  bool ended_ = false;
  std::optional<Error> failure_;
};

}  // namespace whimbrel::sql
