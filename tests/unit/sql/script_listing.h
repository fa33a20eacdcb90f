// The statements of a script as text, the way the files data/DIALECT/NAME.expected list them:
//   === LINE:COLUMN [non-transactional]
//   the text
//   ??? what has no end (of the last statement, if its end is the script's)
//   --- data            (behind COPY … FROM STDIN)
//   the data
//   !!! LINE:COLUMN the cause of a ParseError
#pragma once

#include <string>
#include <string_view>

#include "core/sql/splitter.h"
#include "core/sql/syntax.h"
#include "core/text/reader.h"

namespace whimbrel::sql {

const Syntax& syntaxOf(std::string_view dialect);

std::string listing(Reader& script, const Syntax& syntax);
std::string listing(std::string_view script, const Syntax& syntax);

std::string fileText(const std::string& path);

/// Gives a text in pieces of `size` bytes.
class PieceReader : public Reader {
 public:
  PieceReader(std::string_view text, std::size_t size) : text_(text), size_(size) {}
  std::size_t read(char* buffer, std::size_t size) override {
    const std::size_t count = text_.copy(buffer, size < size_ ? size : size_);
    text_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view text_;
  std::size_t size_;
};

}  // namespace whimbrel::sql
