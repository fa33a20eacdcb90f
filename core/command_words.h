// Splits a command line without a shell.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace whimbrel {

/// Split at blanks outside of quotes. 'single' and "double" quotes keep everything between them as it stands;
/// nothing else is special: no variables, no wildcards, no backslashes. Throws Error (Configuration)
/// with the message `unable` for a quote without its end.
std::vector<std::string> commandWords(std::string_view command, const std::string& unable);

}  // namespace whimbrel
