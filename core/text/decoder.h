// Decoders: bytes of one encoding to UTF-8, a block at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "core/text/charset.h"

namespace whimbrel {

class Decoder {
 public:
  struct Step {
    std::string_view text;  ///< UTF-8; valid until the next call, and as long as the bytes given
    std::size_t used = 0;   ///< how many bytes became `text`
    std::size_t bad = 0;    ///< that many bytes behind them are no text; 0: the rest needs more bytes
  };

  virtual ~Decoder() = default;
  /// Decodes as much of `bytes` as is whole and valid. What is not used must come again in the next call.
  virtual Step decode(std::string_view bytes) = 0;
  /// Text that was held back until it was sure that nothing follows.
  virtual std::string_view finish() { return {}; }
};

std::unique_ptr<Decoder> makeDecoder(const Charset& charset);

}  // namespace whimbrel
