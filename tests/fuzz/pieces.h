// A reader that gives a text in pieces of a given size, so that what reads it can't count on blocks.
#pragma once

#include <algorithm>
#include <string_view>

#include "core/text/reader.h"

class Pieces : public whimbrel::Reader {
 public:
  Pieces(std::string_view text, std::size_t size) : text_(text), size_(size) {}
  std::size_t read(char* buffer, std::size_t size) override {
    const std::size_t count = text_.copy(buffer, std::min(size, size_));
    text_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view text_;
  std::size_t size_;
};
