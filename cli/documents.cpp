#include "cli/documents.h"

#include <algorithm>

#include "cli/completion.h"
#include "cli/manual.h"
#include "cli/sample_configuration.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

constexpr Document table[] = {
    {"completion bash", "Prints the completion of commands and options for bash", bashCompletion},
    {"completion zsh", "The same for zsh", zshCompletion},
    {"completion fish", "The same for fish", fishCompletion},
    {"man", "Prints the manual page, for man -l -", manualPage},
    {"sample-configuration", "Prints a flyway.conf with every key and its default", sampleConfiguration},
};

}  // namespace

std::span<const Document> documents() { return table; }

const Document* findDocument(std::span<const std::string> arguments) {
  const std::string words = join({arguments.begin(), arguments.end()}, " ");
  const auto* const found = std::ranges::find(table, words, &Document::words);
  return found == std::end(table) ? nullptr : found;
}

}  // namespace whimbrel
