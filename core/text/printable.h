// Names and texts that strangers chose, made fit for a line of output.
#pragma once

#include <string>
#include <string_view>

namespace whimbrel {

/// `text` with control characters, line separators, characters that change the direction of writing, and
/// bytes that are no UTF-8 as \xNN: so that a line stays one line, and a terminal does nothing but show it.
std::string printable(std::string_view text);
/// Likewise for several lines: tabs, and what ends a line (LF, CR LF), stay.
std::string printableLines(std::string_view text);

/// Whether printable() leaves it as it is.
bool isPrintable(std::string_view text);

}  // namespace whimbrel
