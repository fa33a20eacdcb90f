#include "core/commands/program_script.h"

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>

#include "core/commands/process.h"
#include "core/config/configuration.h"
#include "core/error.h"
#include "core/locations/script_config.h"
#include "core/locations/script_language.h"
#include "core/migrations/script_text.h"
#include "core/text/strings.h"

namespace whimbrel {
namespace {

/// A placeholder's name as a variable's: everything but ASCII letters and digits becomes '_'.
std::string variableName(std::string_view placeholder) {
  std::string name(placeholder);
  std::ranges::replace_if(
      name,
      [](char c) { return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')); },
      '_');
  return name;
}

}  // namespace

ProgramScript::ProgramScript(const Migration& migration, const ScriptContext& context)
    : migration_(migration), context_(context) {
  const std::unique_ptr<Reader> text = openDecoded(migration.resource, context.settings.encoding);
  Checksum sum;
  std::array<char, 4096> buffer;
  while (const std::size_t count = text->read(buffer.data(), buffer.size())) sum.add({buffer.data(), count});
  requireUnchanged(migration, sum);
}

void ProgramScript::execute(const StatementEvents&) const {
  const Resource& resource = migration_.resource;
  if (!context_.settings.dryRunOutput.empty())
    throw Error(fmt::format("{} is a program, which no dry run can hold", resource.path));
  const std::string interpreter(findScriptLanguage(resource.filename())->interpreter);
  const Process process{{interpreter, resource.absolutePath}, environment()};
  const int code = run(
      process, [this](std::string_view line) { context_.log.info(line); }, context_.interrupted);
  if (code == 0) return;
  const std::string title = fmt::format("Migration {} failed", resource.filename());
  throw Error(fmt::format("{}\n{}\nExit Code  : {}\nLocation   : {} ({})\n", title,
                          std::string(utf16Length(title), '-'), code, resource.path, resource.absolutePath));
}

std::vector<std::string> ProgramScript::environment() const {
  const Settings& settings = context_.settings;
  std::vector<std::string> variables;
  for (const auto& [name, value] : processEnvironment())
    if (!name.starts_with("FLYWAY_")) variables.push_back(fmt::format("{}={}", name, value));
  const bool withPassword = settings.scriptMigrationsGetPassword;
  variables.push_back("FLYWAY_URL=" + (withPassword ? settings.url : redactUrl(settings.url)));
  variables.push_back("FLYWAY_USER=" + settings.user.value_or(""));
  if (withPassword) variables.push_back("FLYWAY_PASSWORD=" + settings.password.value_or(""));
  const Placeholders placeholders = context_.placeholders.withFilename(migration_.resource.filename());
  for (const auto& [name, value] : placeholders.values())
    variables.push_back(fmt::format("{}{}{}={}", settings.scriptPlaceholderPrefix, variableName(name),
                                    settings.scriptPlaceholderSuffix, value));
  return variables;
}

}  // namespace whimbrel
