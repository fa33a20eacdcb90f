// The lines behind COPY … FROM STDIN; (spec/sql-parsing.md section 7).
#pragma once

#include "core/sql/source.h"
#include "core/text/reader.h"

namespace whimbrel::sql {

/// Gives the data with their line ends, up to the line `\.` or the end of the script.
class CopyData : public Reader {
 public:
  explicit CopyData(Source& source) : source_(source) {}

  /// The cursor is behind the delimiter of COPY; what is left of that line is not looked at.
  void begin();
  /// Whether the data ended with the script instead of the line `\.`.
  bool cut() const { return cut_; }

  std::size_t read(char* buffer, std::size_t size) override;

  /// Moves behind the data.
  void skip();

 private:
  void skipLineEnd();
  bool skipTerminator();

  Source& source_;
  bool open_ = false;
  bool cut_ = false;
  bool atLineStart_ = true;
};

}  // namespace whimbrel::sql
