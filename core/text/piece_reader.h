// What filters over a Reader have in common: a block of what was read but not yet used, and handing out text
// in pieces of any size.
#pragma once

#include <array>
#include <cstring>
#include <string_view>

#include "core/text/reader.h"

namespace whimbrel {

/// A reader that makes its text piece by piece.
class PieceReader : public Reader {
 public:
  std::size_t read(char* buffer, std::size_t size) final {
    while (piece_.empty())
      if (!nextPiece()) return 0;
    const std::size_t count = piece_.copy(buffer, size);
    piece_.remove_prefix(count);
    return count;
  }

 protected:
  /// Sets piece_ (perhaps to nothing, then it is called again) or returns false at the end. Called only when
  /// piece_ is used up.
  virtual bool nextPiece() = 0;
  std::string_view piece_;
};

/// The unused part of what was read.
class Block {
 public:
  std::string_view rest() const { return {bytes_.data() + begin_, end_ - begin_}; }
  void skip(std::size_t count) { begin_ += count; }
  bool full() const { return end_ - begin_ == bytes_.size(); }

  /// Reads more behind the rest, which moves: views of it become invalid. False at the end of `reader`. Not
  /// when full().
  bool refill(Reader& reader) {
    std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    const std::size_t count = reader.read(bytes_.data() + end_, bytes_.size() - end_);
    end_ += count;
    return count > 0;
  }

 private:
  std::array<char, 65536> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace whimbrel
