// The documents are written from the tables, so all of those are in them.
#include "cli/documents.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "cli/arguments.h"
#include "core/config/keys.h"
#include "core/text/strings.h"

using namespace whimbrel;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string documentOf(const std::string& words) {
  const Document* const document = findDocument(split(words, ' '));
  REQUIRE(document != nullptr);
  return document->text();
}

/// The name as the document writes it: map keys without their star, minus signs of the manual with a
/// backslash.
std::string shown(std::string_view name, std::string_view words) {
  const std::string start = replaceAll(name, "*", "");
  return words == "man" ? replaceAll(start, "-", "\\-") : start;
}

}  // namespace

TEST_CASE("completion and manual have every key, flag and command") {
  for (const std::string words : {"completion bash", "completion zsh", "completion fish", "man"}) {
    CAPTURE(words);
    const std::string text = documentOf(words);
    for (const Key& key : keys()) {
      CAPTURE(key.name);
      CHECK(has(text, shown(std::string("-") + std::string(key.name), words)));
    }
    for (const Word& flag : flags()) CHECK(has(text, shown(flag.name, words)));
    for (const Word& operation : operations()) CHECK(has(text, std::string(operation.name)));
    CHECK_FALSE(text.ends_with('\n'));
  }
}

TEST_CASE("the sample configuration has every key that has an effect in a file, and sets none") {
  const std::string text = documentOf("sample-configuration");
  for (const Key& key : keys()) {
    CAPTURE(key.name);
    const std::string line = "\n# " + replaceAll(fullName(key) + (isMap(key) ? "<name>" : ""), "*", "") +
                             "=" + std::string(key.defaultValue);
    CHECK(has(text, line) == (!key.commands.empty() && key.trait != Key::Trait::CommandLineOnly));
  }
  for (const std::string& line : split(text, '\n')) CHECK((line.empty() || line.starts_with('#')));
}

TEST_CASE("the manual has nothing that its language would take for a command of its own") {
  for (const std::string& line : split(documentOf("man"), '\n')) {
    CAPTURE(line);
    const bool isMacro = line.starts_with(".TH ") || line.starts_with(".SH ") || line.starts_with(".B ") ||
                         line == ".TP" || line == ".nf" || line == ".fi";
    CHECK((isMacro || (!line.starts_with('.') && !line.starts_with('\''))));
  }
}

TEST_CASE("a document is asked for by its words and nothing else") {
  CHECK(findDocument(std::vector<std::string>{}) == nullptr);
  CHECK(findDocument(std::vector<std::string>{"completion"}) == nullptr);
  CHECK(findDocument(std::vector<std::string>{"completion", "csh"}) == nullptr);
  CHECK(findDocument(std::vector<std::string>{"man", "migrate"}) == nullptr);
}
