#include "core/commands/program_script.h"

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>

#include "core/commands/process.h"
#include "core/commands/stopwatch.h"
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

/// Lets the connection do something while a program runs, or the server, or what stands in between, takes it
/// for dead, and the program's row can't be written.
class KeepAlive {
 public:
  explicit KeepAlive(Database& database) : database_(database) {}

  /// To be called often.
  void run() {
    if (lost_ || last_.milliseconds() < interval) return;
    last_ = Stopwatch();
    try {
      database_.query("SELECT 1");
    } catch (const SqlError&) {
      lost_ = true;  // the next statement that is needed says why
    }
  }

 private:
  static constexpr int interval = 1000;  // milliseconds

  Database& database_;
  Stopwatch last_;
  bool lost_ = false;
};

}  // namespace

ProgramScript::ProgramScript(const Migration& migration, const ScriptContext& context)
    : migration_(migration), context_(context) {
  const std::unique_ptr<Reader> text = openDecoded(migration.resource, context.settings.encoding);
  Checksum sum;
  std::array<char, 4096> buffer;
  while (const std::size_t count = text->read(buffer.data(), buffer.size())) sum.add({buffer.data(), count});
  requireUnchanged(migration, sum);
}

void ProgramScript::execute(const StatementEvents& events) const {
  const Resource& resource = migration_.resource;
  if (!context_.settings.dryRunOutput.empty())
    throw Error(fmt::format("{} is a program, which no dry run can hold", resource.path));
  const std::string interpreter(findScriptLanguage(resource.filename())->interpreter);
  const Process process{{interpreter, resource.absolutePath}, environment()};
  KeepAlive connection(context_.database);
  const auto interrupted = [&] {
    connection.run();
    return context_.interrupted();
  };
  if (context_.interrupted()) throw Error("Interrupted before the program's start");
  if (events.send) events.send();
  const int code = run(
      process, [this](std::string_view line) { context_.log.info(line); }, interrupted);
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
