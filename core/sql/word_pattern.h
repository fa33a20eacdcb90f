// The small patterns by which a Syntax names kinds of statements, for example "CREATE|DROP [UNIQUE] INDEX".
#pragma once

#include <string_view>

namespace whimbrel::sql {

/// Whether all of `words` (upper case, joined by one blank) fits `pattern`; Syntax says what a pattern is
/// made of.
bool matchesWords(std::string_view pattern, std::string_view words);

/// Whether words that begin with `word` may fit. A pattern begins with a word that must be there.
bool beginsWith(std::string_view pattern, std::string_view word);

}  // namespace whimbrel::sql
