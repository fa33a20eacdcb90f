#include "cli/arguments.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

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
    {"help", "Prints this text"},
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

// `-v` wins over everything, help over operations; -checkLicence alone does nothing at all.
Action chooseAction(std::span<const std::string> arguments, const Arguments& parsed) {
  const auto has = [&](std::string_view word) { return contains(arguments, word); };
  if (has("-v") || has("--version")) return Action::ShowVersion;
  if (has("help") || has("-?") || has("-h") || has("--help")) return Action::ShowHelp;
  if (!parsed.operations.empty()) return Action::RunOperations;
  return has("-checkLicence") ? Action::Nothing : Action::ShowHelp;
}

}  // namespace

std::span<const Word> operations() { return operationTable; }
std::span<const Word> flags() { return flagTable; }

ConsoleOptions readConsoleOptions(std::span<const std::string> arguments) {
  return {
      .json = contains(arguments, "-json") || asciiLower(firstOption(arguments, "outputType")) == "json",
      .quiet = contains(arguments, "-q"),
      .debug = contains(arguments, "-X"),
      .color = parseColor(firstOption(arguments, "color")).value_or(Color::Auto),
      .outputFile = std::string(firstOption(arguments, "outputFile")),
  };
}

Arguments parseArguments(std::span<const std::string> arguments) {
  Arguments parsed;
  for (const std::string& argument : arguments) {
    if (isOption(argument)) {
      const std::size_t equals = argument.find('=');
      parsed.options.emplace_back(argument.substr(1, equals - 1), argument.substr(equals + 1));
    } else if (isOneOf(operations(), argument)) {
      if (argument != "help") parsed.operations.push_back(argument);
    } else if (!isOneOf(flags(), argument)) {
      throw Error("Invalid argument: " + argument);
    }
  }
  requireValidOutput(arguments);
  parsed.mayPrompt = !contains(arguments, "-n");
  parsed.usesDeprecatedJson = contains(arguments, "-json");
  parsed.action = chooseAction(arguments, parsed);
  return parsed;
}

}  // namespace whimbrel
