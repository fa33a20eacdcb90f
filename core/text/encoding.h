// Bytes in any encoding that Java (and so Flyway's `encoding` key) knows, to UTF-8.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/text/reader.h"

namespace whimbrel {

/// What to do with bytes that are no text in the encoding.
enum class BadBytes { Refuse, Replace };

/// Throws Error (Fault) "java.nio.charset.UnsupportedCharsetException: NAME" for an encoding nobody knows, so
/// that a wrong name is refused before any file is opened.
void requireEncoding(std::string_view name);

/// A reader that decodes `bytes` (which it owns). Refuse: read() throws Error (Fault) "Input length = N" with
/// the number of bytes that Java would name; Replace: they become U+FFFD. UTF-16 looks at the byte-order
/// mark, else is big endian. A byte-order mark is kept as U+FEFF where Java keeps it (UTF-8, UTF-16BE,
/// UTF-16LE).
std::unique_ptr<Reader> decode(std::unique_ptr<Reader> bytes, std::string_view encoding, BadBytes badBytes);

/// What `bytes` seem to be written in: UTF-16 when they begin with its byte-order mark, UTF-8 when all of
/// them are that, else ISO-8859-1, in which anything is text. Reads to the end, or to the first byte that
/// decides.
std::string detectEncoding(std::unique_ptr<Reader> bytes);

}  // namespace whimbrel
