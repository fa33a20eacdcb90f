// Texts that go with the program into a package, each written from the tables of operations, flags and keys,
// so that they always say what this program takes.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace whimbrel {

struct Document {
  std::string_view words;  ///< the command line that prints it: "completion bash"
  std::string_view help;
  std::string (*text)();  ///< without the final newline
};

std::span<const Document> documents();

/// The document that the arguments ask for, and nothing besides; null when they ask for none.
const Document* findDocument(std::span<const std::string> arguments);

}  // namespace whimbrel
