#include "cli/help.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include <fmt/format.h>

#include "cli/arguments.h"
#include "cli/documents.h"
#include "core/config/keys.h"

namespace whimbrel {

namespace {

constexpr std::string_view introduction =
    "whimbrel [options] command\n"
    "\n"
    "By default, the configuration is read from flyway.conf (or flyway.toml) in conf/ beside the program, in "
    "the\n"
    "home folder and in the current folder.\n"
    "Options override environment variables (FLYWAY_URL for -url), and those override the files.\n";

constexpr std::string_view optionsTitle = "Options (Format: -key=value) [default]";

constexpr std::string_view example =
    "whimbrel -url=jdbc:mysql://127.0.0.1:3306/shop -user=shop -locations=filesystem:migrations migrate info";

struct Line {
  std::string name;
  std::string text;
};

std::string heading(std::string_view title, char underline) {
  return fmt::format("{}\n{}\n", title, std::string(title.size(), underline));
}

// "name : text" with the colons below one another.
std::string aligned(const std::vector<Line>& lines) {
  std::size_t width = 0;
  for (const Line& line : lines) width = std::max(width, line.name.size());
  std::string text;
  for (const Line& line : lines)
    fmt::format_to(std::back_inserter(text), "{:<{}} : {}\n", line.name, width, line.text);
  return text;
}

std::string describe(std::span<const Word> words) {
  std::vector<Line> lines;
  for (const Word& word : words) lines.push_back({std::string(word.name), std::string(word.help)});
  return aligned(lines);
}

std::string describeDocuments() {
  std::vector<Line> lines;
  for (const Document& document : documents())
    lines.push_back({std::string(document.words), std::string(document.help)});
  return aligned(lines);
}

/// All keys, or those that matter to the command.
std::string describeKeys(std::string_view command = {}) {
  std::vector<Line> lines;
  for (const Key& key : keys()) {
    if (!command.empty() && !mattersTo(key, command)) continue;
    const std::string_view mapPrefix = key.name.substr(0, key.name.size() - 1);
    lines.push_back({isMap(key) ? fmt::format("{}<name>", mapPrefix) : std::string(key.name),
                     key.defaultValue.empty() ? std::string(key.help)
                                              : fmt::format("{} [{}]", key.help, key.defaultValue)});
  }
  return aligned(lines);
}

}  // namespace

std::string usage(std::string_view command) {
  const auto words = operations();
  const auto found =
      std::find_if(words.begin(), words.end(), [&](const Word& word) { return word.name == command; });
  std::string text = heading("Usage", '=') + fmt::format("whimbrel [options] {}\n\n", command);
  text += fmt::format("{}.\n\n", found->help);
  text += heading(optionsTitle, '-') + describeKeys(command);
  text += "\nFlags, and all commands: whimbrel help";
  return text;
}

std::string usage() {
  std::string text = heading("Usage", '=') + std::string(introduction);
  text += "\n" + heading("Commands", '-') + describe(operations());
  text += "\n" + heading(optionsTitle, '-') + describeKeys();
  text += "\n" + heading("Flags", '-') + describe(flags());
  text += "\n" + heading("Documents", '-') + describeDocuments();
  text += "\n" + heading("Example", '-') + std::string(example);
  return text;
}

std::string versionText() {
  return "whimbrel " WHIMBREL_VERSION " (compatible with Flyway Community Edition 7.15.0)";
}

}  // namespace whimbrel
