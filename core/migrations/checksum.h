// The checksum that the history keeps of a script (spec/migrations.md section 8).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/text/reader.h"

namespace whimbrel {

/// CRC-32 over UTF-8 text without line ends and without one leading byte-order mark, as a signed number.
class Checksum {
 public:
  /// The next part of the text, cut anywhere.
  void add(std::string_view text);
  std::int32_t value() const;

 private:
  std::string start_;  ///< what came so far, as long as it may be the first bytes of a mark
  bool started_ = false;
  std::uint32_t crc_ = 0;
};

/// That of everything that is left in `text`.
std::int32_t checksum(Reader& text);

}  // namespace whimbrel
