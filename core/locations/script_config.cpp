#include "core/locations/script_config.h"

#include <set>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/config/configuration.h"
#include "core/error.h"
#include "core/locations/should_execute.h"
#include "core/text/encoding.h"
#include "core/text/strings.h"

namespace whimbrel {
namespace {

bool parseBoolean(const ConfEntry& entry) {
  if (entry.value == "true" || entry.value == "false") return entry.value == "true";
  throw Error(
      ErrorCode::Configuration,
      fmt::format("Invalid value for {} (should be either true or false): {}", entry.key, entry.value));
}

void refuseUnknown(const std::set<std::string>& keys) {
  if (keys.empty()) return;
  throw Error(ErrorCode::Configuration,
              fmt::format("Unknown configuration {}: {}", keys.size() == 1 ? "property" : "properties",
                          join({keys.begin(), keys.end()}, ",")));
}

}  // namespace

bool isScriptConfig(std::string_view filename) {
  constexpr std::string_view suffix = ".conf";
  return filename.size() > suffix.size() &&
         asciiLower(filename.substr(filename.size() - suffix.size())) == suffix;
}

std::map<std::string, std::string> processEnvironment() {
  std::map<std::string, std::string> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

ScriptConfig parseScriptConfig(std::string_view text, const std::map<std::string, std::string>& environment) {
  ScriptConfig config;
  std::set<std::string> unknown;
  std::optional<std::string> encoding;
  for (const ConfEntry& entry : readConf(text, environment)) {
    if (entry.key == "executeInTransaction") {
      config.executeInTransaction = parseBoolean(entry);
    } else if (entry.key == "placeholderReplacement") {
      config.placeholderReplacement = parseBoolean(entry);
    } else if (entry.key == "shouldExecute") {
      config.shouldExecute = evaluateShouldExecute(entry.value);
    } else if (entry.key == "encoding") {
      encoding = entry.value;
    } else {
      unknown.insert(entry.key);
    }
  }
  refuseUnknown(unknown);
  if (encoding) requireEncoding(*encoding);
  config.encoding = std::move(encoding).value_or("");
  return config;
}

std::string readScriptConfig(const std::function<std::unique_ptr<Reader>()>& open, std::string_view encoding,
                             std::string_view path) {
  try {
    return readAll(*decode(open(), encoding, BadBytes::Refuse));
  } catch (const Error& error) {
    throw Error("Unable to read config", {fmt::format("{}: {}", path, error.message())});
  }
}

}  // namespace whimbrel
