// Names of encodings as Java knows them (any alias, any case), and what decodes each.
#pragma once

#include <string>
#include <string_view>

namespace whimbrel {

/// Encodings that scripts really use are decoded here, so that they work without the C library's conversion
/// modules (small Linux images lack them); everything else goes through iconv.
enum class Codec {
  Utf8,
  Ascii,
  Latin1,
  Windows1252,
  Utf16,
  Utf16Be,
  Utf16Le,
  Utf16LeMark,
  Utf32,
  Utf32Le,
  Iconv
};

/// Characters that Java reads where the C library reads others: that at the same place in `to`, for each in
/// `from`.
struct Correction {
  std::u32string_view from;
  std::u32string_view to;
};

struct Charset {
  Codec codec;
  std::string iconvName = {};  ///< only for Codec::Iconv
  Correction correction = {};  ///< likewise
};

/// Throws Error (Fault) "java.nio.charset.UnsupportedCharsetException: NAME", or IllegalCharsetNameException
/// for a text that can't be a name, as Java does.
Charset findCharset(std::string_view name);

}  // namespace whimbrel
