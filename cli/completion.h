// Completion of commands, flags, keys and their values in the shells. Also for the name flyway, which a
// symbolic link may give to the program.
#pragma once

#include <string>

namespace whimbrel {

/// All without the final newline.
std::string bashCompletion();
std::string zshCompletion();
std::string fishCompletion();

}  // namespace whimbrel
