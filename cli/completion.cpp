#include "cli/completion.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "cli/arguments.h"
#include "core/config/keys.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

/// What a key's value may be, where the shell can help.
struct Choice {
  std::string_view key;
  std::string_view words;  ///< separated by blanks; empty: the name of a file or folder
};

constexpr Choice choices[] = {
    {"outputType", "json"},
    {"color", "always never auto"},
    {"target", "latest current next"},
    {"callbackLocations", ""},
    {"configFiles", ""},
    {"locations", ""},
    {"outputFile", ""},
    {"passwordFile", ""},
    {"workingDirectory", ""},
};

constexpr std::string_view booleans = "true false";

const Choice* choiceOf(const Key& key) {
  static constexpr Choice boolean{"", booleans};
  if (key.type == "boolean") return &boolean;
  const auto* const found = std::ranges::find(choices, key.name, &Choice::key);
  return found == std::end(choices) ? nullptr : found;
}

bool takesFile(const Key& key) {
  const Choice* const choice = choiceOf(key);
  return choice != nullptr && choice->words.empty();
}

std::string_view wordsOf(const Key& key) {
  const Choice* const choice = choiceOf(key);
  return choice == nullptr ? std::string_view() : choice->words;
}

/// "-url=", and "-placeholders." for a map.
std::string optionStart(const Key& key) {
  if (isMap(key)) return fmt::format("-{}", key.name.substr(0, key.name.size() - 1));
  return fmt::format("-{}=", key.name);
}

/// 'text' for a shell that knows no escapes in single quotes.
std::string quoted(std::string_view text) { return fmt::format("'{}'", replaceAll(text, "'", "'\\''")); }

std::string names(std::span<const Word> words) {
  std::vector<std::string> all;
  for (const Word& word : words) all.emplace_back(word.name);
  return join(all, " ");
}

std::string optionStarts() {
  std::vector<std::string> all;
  for (const Key& key : keys()) all.push_back(optionStart(key));
  return join(all, " ");
}

/// "    -outputType=*) words json ;;", one line for all keys with the same values.
std::string bashCases() {
  std::vector<std::string> files;
  std::string cases;
  std::vector<std::string> booleanKeys;
  for (const Key& key : keys()) {
    const std::string pattern = fmt::format("-{}", key.name);
    if (takesFile(key)) files.push_back(pattern);
    if (wordsOf(key) == booleans) {
      booleanKeys.push_back(pattern);
    } else if (!wordsOf(key).empty()) {
      cases += fmt::format("      {}) candidates='{}' ;;\n", pattern, wordsOf(key));
    }
  }
  cases += fmt::format("      {}) candidates='{}' ;;\n", join(booleanKeys, " | "), booleans);
  return cases + fmt::format("      {}) _whimbrel_files \"$argument\"; return ;;\n", join(files, " | "));
}

constexpr std::string_view bashScript =
    R"(# Completion of whimbrel for bash, written by `whimbrel completion bash`.

# Files for the last item of a list. Bash replaces what stands behind the last '=' or ':' only.
_whimbrel_files() {{
  local replaced=${{1##*[=:]}} item=${{1##*[=:,]}}
  mapfile -t COMPREPLY < <(compgen -f -- "$item")
  COMPREPLY=("${{COMPREPLY[@]/#/${{replaced%"$item"}}}}")
  compopt -o filenames 2>/dev/null
}}

_whimbrel() {{
  # The whole argument up to the cursor: bash has split it at '=' and ':'.
  local line=${{COMP_LINE:0:COMP_POINT}} argument candidates=''
  argument=${{line##*[[:space:]]}}
  if [[ $argument == -*=* ]]; then
    local key=${{argument%%=*}}
    case ${{key/#--/-}} in
{}    esac
    argument=${{argument#*=}}
  elif [[ $argument == -* ]]; then
    candidates='{} {}'
  else
    candidates='{}'
  fi
  mapfile -t COMPREPLY < <(compgen -W "$candidates" -- "$argument")
  if [[ ${{COMPREPLY[0]-}} == *[=.] ]]; then compopt -o nospace 2>/dev/null; fi
}}

complete -F _whimbrel whimbrel flyway)";

/// For _arguments: '*-url=-[JDBC URL of the database]:string:'.
std::string zshOption(const Key& key) {
  std::string help(key.help);
  for (const std::string_view special : {"\\", "[", "]", ":"})
    help = replaceAll(help, special, "\\" + std::string(special));
  const std::string action = takesFile(key)         ? "_files"
                             : wordsOf(key).empty() ? ""
                                                    : fmt::format("({})", wordsOf(key));
  return quoted(fmt::format("*{}-[{}]:{}:{}", optionStart(key), help, key.type, action));
}

constexpr std::string_view zshScript = R"(#compdef whimbrel flyway
# Completion of whimbrel for zsh, written by `whimbrel completion zsh`.

_whimbrel_commands() {{
  local -a commands=(
{}  )
  _describe command commands
}}

_whimbrel() {{
  _arguments \
{}    '*:command:_whimbrel_commands'
}}

# In a folder of $fpath this file is the function itself; else it is sourced.
if [[ ${{funcstack[1]}} == _whimbrel ]]; then
  _whimbrel "$@"
else
  compdef _whimbrel whimbrel flyway
fi)";

std::string fishLine(std::string_view candidates, std::string_view help) {
  const auto escaped = [](std::string_view text) {
    return fmt::format("'{}'", replaceAll(replaceAll(text, "\\", "\\\\"), "'", "\\'"));
  };
  return fmt::format("complete -c whimbrel -a {} -d {}\n", escaped(candidates), escaped(help));
}

/// "-mixed=true -mixed=false", or only "-url=".
std::string fishCandidates(const Key& key) {
  std::vector<std::string> all;
  for (const std::string& word : split(wordsOf(key), ' ')) all.push_back(optionStart(key) + word);
  return join(all, " ");
}

}  // namespace

std::string bashCompletion() {
  return fmt::format(bashScript, bashCases(), optionStarts(), names(flags()), names(operations()));
}

std::string zshCompletion() {
  std::string commands;
  for (const Word& word : operations())
    commands += fmt::format("    {}\n", quoted(fmt::format("{}:{}", word.name, word.help)));
  std::string options;
  for (const Word& word : flags())
    options += fmt::format("    {} \\\n", quoted(fmt::format("{}[{}]", word.name, word.help)));
  for (const Key& key : keys()) options += fmt::format("    {} \\\n", zshOption(key));
  return fmt::format(zshScript, commands, options);
}

std::string fishCompletion() {
  std::string script =
      "# Completion of whimbrel for fish, written by `whimbrel completion fish`.\n"
      "# Files are values only, never commands.\n"
      "complete -c whimbrel -f -n 'not string match -q -- \"-*=*\" (commandline -ct)'\n";
  for (const Word& word : operations()) script += fishLine(word.name, word.help);
  for (const Word& word : flags()) script += fishLine(word.name, word.help);
  for (const Key& key : keys()) script += fishLine(fishCandidates(key), key.help);
  return script + "complete -c flyway -w whimbrel";
}

}  // namespace whimbrel
