// A stream that is read once, front to back, in pieces. Files, decoders and placeholder replacement are all
// Readers stacked on one another, so that a script of any size passes through in bounded memory.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace whimbrel {

class Reader {
 public:
  virtual ~Reader() = default;
  /// Fills up to `size` bytes of `buffer` and returns how many; 0 only at the end (`size` is never 0).
  /// A text reader gives valid UTF-8, but a character may be cut between two calls. Throws Error.
  virtual std::size_t read(char* buffer, std::size_t size) = 0;
};

/// Reads from a text that outlives the reader.
class StringReader : public Reader {
 public:
  explicit StringReader(std::string_view text) : text_(text) {}
  std::size_t read(char* buffer, std::size_t size) override {
    const std::size_t count = text_.copy(buffer, size);
    text_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view text_;
};

/// Everything that is left in the reader.
std::string readAll(Reader& reader);

}  // namespace whimbrel
