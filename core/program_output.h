// Programs that are asked for a secret: passwordCommand, credential_process.
#pragma once

#include <string>
#include <vector>

namespace whimbrel {

/// Runs a program, `words` being its name and arguments, and gives all that it prints on standard output. Its
/// standard input is empty and its errors go where ours go. Throws Error (Configuration) with the message
/// `what` when it can't be run, prints more than a secret has, or does not end with 0.
std::string programOutput(std::vector<std::string> words, const std::string& what);

}  // namespace whimbrel
