#include "cli/arguments.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "core/config/configuration.h"
#include "core/config/keys.h"
#include "core/config/suggestion.h"
#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

constexpr Word operationTable[] = {
    {"migrate", "Migrates the database"},
    {"clean", "Drops all objects in the configured schemas"},
    {"info", "Prints the state of all migrations"},
    {"validate", "Compares the applied migrations with the files"},
    {"undo", "Undoes the most recently applied versioned migration"},
    {"baseline", "Marks an existing database as being at the baseline version"},
    {"repair", "Repairs the schema history table"},
    {"help", "Prints this text, or that of the commands beside it"},
    {"version", "Prints the version"},
};

constexpr Word flagTable[] = {
    {"-X", "Prints debug output"},
    {"-q", "Prints only warnings and errors"},
    {"-n", "Never asks for user or password"},
    {"-v", "Prints the version"},
    {"--version", "Prints the version"},
    {"-?", "Prints this text"},
    {"-h", "Prints this text"},
    {"--help", "Prints this text"},
    {"-json", "Deprecated: use -outputType=json"},
    {"-skipCheckForUpdate", "Accepted: there is no such check"},
    {"-community", "Accepted: there are no editions"},
    {"-teams", "Accepted: there are no editions"},
    {"-pro", "Accepted: there are no editions"},
    {"-enterprise", "Accepted: there are no editions"},
    {"-checkLicence", "Accepted: there is no license"},
};

bool isOneOf(std::span<const Word> words, std::string_view argument) {
  return std::any_of(words.begin(), words.end(), [&](const Word& word) { return word.name == argument; });
}

bool isOption(std::string_view argument) {
  return argument.starts_with('-') && argument.find('=') != std::string_view::npos;
}

/// With one dash, as Flyway writes it, if it is an option or a long flag with two.
std::string withOneDash(const std::string& argument) {
  if (!argument.starts_with("--")) return argument;
  const std::string shorter = argument.substr(1);
  return isOption(shorter) || (shorter.size() > 2 && isOneOf(flags(), shorter)) ? shorter : argument;
}

std::vector<std::string> withOneDash(std::span<const std::string> arguments) {
  std::vector<std::string> shorter;
  for (const std::string& argument : arguments) shorter.push_back(withOneDash(argument));
  return shorter;
}

bool contains(std::span<const std::string> arguments, std::string_view word) {
  return std::find(arguments.begin(), arguments.end(), word) != arguments.end();
}

// The value of the first such option, or nothing: an empty one counts as not given.
std::string_view firstOption(std::span<const std::string> arguments, std::string_view name) {
  const std::string start = fmt::format("-{}=", name);
  const auto found = std::find_if(arguments.begin(), arguments.end(),
                                  [&](const std::string& argument) { return argument.starts_with(start); });
  return found == arguments.end() ? std::string_view() : std::string_view(*found).substr(start.size());
}

std::optional<Color> parseColor(std::string_view value) {
  if (value.empty() || value == "auto") return Color::Auto;
  if (value == "always") return Color::Always;
  if (value == "never") return Color::Never;
  return std::nullopt;
}

void requireValidOutput(std::span<const std::string> arguments) {
  const std::string type = toLower(firstOption(arguments, "outputType"));
  if (!type.empty() && type != "json")
    throw Error(fmt::format("'{}' is an invalid value for the -outputType option. Use 'json'.", type));
  const std::string_view color = firstOption(arguments, "color");
  if (!parseColor(color))
    throw Error(fmt::format(
        "'{}' is an invalid value for the -color option. Use 'always', 'never', or 'auto'.", color));
}

/// "Did you mean migrate?", or nothing.
std::string hint(const std::string& argument) {
  std::vector<std::string> words;
  for (const Word& word : operations()) words.emplace_back(word.name);
  for (const Word& word : flags()) words.emplace_back(word.name);
  for (const Key& key : keys()) words.push_back(fmt::format("-{}", key.name));
  const std::optional<std::string> meant = suggest(withOneDash(argument), words);
  if (!meant) return "";
  const bool isKey = findKey(fmt::format("{}{}", keyPrefix, meant->substr(1))) != nullptr;
  return fmt::format("\nDid you mean {}{}?", *meant, isKey ? "=..." : "");
}

/// The argument itself is part of the message, but not the value of what looks like a secret.
Error invalidArgument(const std::string& argument) {
  const std::size_t equals = argument.find('=');
  if (equals == std::string::npos) return Error("Invalid argument: " + argument + hint(argument));
  const std::string name = argument.substr(0, equals);
  const bool isKey = findKey(std::string(keyPrefix) + name) != nullptr;
  return Error(fmt::format("Invalid argument: {}={}{}", name,
                           namesSecret(name) ? "***" : argument.substr(equals + 1),
                           isKey ? fmt::format("\nDid you mean -{}=...?", name) : ""));
}

// `-v` wins over everything, and so does newer Flyway's `version`; help over operations; -checkLicence alone
// does nothing at all.
Action chooseAction(std::span<const std::string> arguments, const Arguments& parsed) {
  const auto has = [&](std::string_view word) { return contains(arguments, word); };
  if (has("-v") || has("--version") || has("version")) return Action::ShowVersion;
  if (has("help") || has("-?") || has("-h") || has("--help")) return Action::ShowHelp;
  if (!parsed.operations.empty()) return Action::RunOperations;
  return has("-checkLicence") ? Action::Nothing : Action::ShowHelp;
}

}  // namespace

std::span<const Word> operations() { return operationTable; }
std::span<const Word> flags() { return flagTable; }

ConsoleOptions readConsoleOptions(std::span<const std::string> words) {
  const std::vector<std::string> arguments = withOneDash(words);
  return {
      .json = contains(arguments, "-json") || asciiLower(firstOption(arguments, "outputType")) == "json",
      .quiet = contains(arguments, "-q"),
      .debug = contains(arguments, "-X"),
      .color = parseColor(firstOption(arguments, "color")).value_or(Color::Auto),
      .outputFile = std::string(firstOption(arguments, "outputFile")),
  };
}

Arguments parseArguments(std::span<const std::string> words) {
  const std::vector<std::string> arguments = withOneDash(words);
  Arguments parsed;
  for (const std::string& argument : arguments) {
    if (isOption(argument)) {
      const std::size_t equals = argument.find('=');
      parsed.options.emplace_back(argument.substr(1, equals - 1), argument.substr(equals + 1));
    } else if (isOneOf(operations(), argument)) {
      if (argument != "help" && argument != "version") parsed.operations.push_back(argument);
    } else if (!isOneOf(flags(), argument)) {
      throw invalidArgument(argument);
    }
  }
  requireValidOutput(arguments);
  parsed.mayPrompt = !contains(arguments, "-n");
  parsed.usesDeprecatedJson = contains(arguments, "-json");
  parsed.action = chooseAction(arguments, parsed);
  return parsed;
}

}  // namespace whimbrel
