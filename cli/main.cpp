// The program: arguments and configuration in, commands run, lines or a JSON document out, exit code 0 or 1.
#include <algorithm>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/arguments.h"
#include "cli/connector.h"
#include "cli/console.h"
#include "cli/documents.h"
#include "cli/help.h"
#include "cli/prompt.h"
#include "cli/signals.h"
#include "cli/sources.h"
#include "cli/standard_streams.h"
#include "core/aws/session.h"
#include "core/commands/commands.h"
#include "core/config/configuration.h"
#include "core/error.h"
#include "core/report/error_block.h"
#include "core/report/json.h"
#include "core/secrets/secret_resolver.h"
#include "core/text/strings.h"
#include "drivers/registry.h"

namespace whimbrel {

namespace {

void askForCredentials(const Arguments& arguments, Configuration& configuration) {
  const auto url = configuration.find("flyway.url");
  if (!arguments.mayPrompt || !canPrompt() || url == configuration.end() || trim(url->second.value).empty())
    return;
  CredentialNeeds needs = credentialNeeds(url->second.value);
  const auto token = configuration.find("flyway.awsIamAuthentication");
  if (token != configuration.end() && token->second.value == "true") needs.password = false;
  promptForCredentials(configuration, needs, interrupted);
}

Settings readSettings(const Configuration& configuration) {
  Settings settings = parseSettings(configuration, requireDriver);
  if (std::optional<std::string> password = fetchPassword(configuration))
    settings.password = *std::move(password);
  return settings;
}

void describe(const Configuration& configuration, Console& console) {
  if (!console.debugs()) return;
  console.debug("Using configuration:");
  for (const std::string& line : describeConfiguration(configuration)) console.debug(line);
}

/// What a command is given; prints the banner with the first connection of the call.
Environment environmentFor(const Settings& settings, Connector& connector, aws::Session& aws,
                           Console& console) {
  return {
      .settings = settings,
      .log = console,
      .aws = aws,
      .open = [&connector] { return connector.open(); },
      .connected =
          [&settings, &console, first = true](const DatabaseFacts& facts) mutable {
            if (!first) return;
            first = false;
            console.info(versionText());
            console.info(
                fmt::format("Database: {} ({} {})", displayUrl(settings.url), facts.product, facts.version));
          },
      .interrupted = interrupted,
      .watch = watchStatement,
      .json = console.isJson(),
      .columns = console.columns(),
  };
}

void addWarning(Result& result, const std::string& warning) {
  std::visit([&](ResultCommon& common) { common.warnings.push_back(warning); }, result);
}

/// A command that can't be rehearsed must not run for real because of that.
void requireDryRunnable(const std::vector<std::string>& operations) {
  for (const std::string& operation : operations)
    if (!findCommand(operation)->mayBeDryRun)
      throw Error(ErrorCode::Configuration, fmt::format("dryRunOutput can't be used with {}", operation));
}

int runOperations(const Arguments& arguments, Console& console) {
  const Sources sources = processSources(arguments);
  aws::Session aws(sources.environment, sources.home, console, interrupted);
  SecretResolver secrets(aws, [&console](std::string text) { console.hide(std::move(text)); });
  const Configuration collected = collectConfiguration(sources, console);
  Configuration configuration = secrets.resolve(collected);
  askForCredentials(arguments, configuration);
  describe(configuration, console);
  const Settings settings = readSettings(configuration);
  for (const std::string& warning : settings.warnings) console.warn(warning);
  if (trim(settings.url).empty()) {
    throw Error(ErrorCode::Configuration,
                "Unable to connect to the database. Configure the url, user and password!");
  }
  if (!settings.dryRunOutput.empty()) requireDryRunnable(arguments.operations);
  Connector connector(settings, secrets, aws, console,
                      [&] { return readSettings(secrets.resolve(collected)); });
  const Environment environment = environmentFor(settings, connector, aws, console);
  std::vector<Result> results;
  for (const std::string& operation : arguments.operations) {
    results.push_back(findCommand(operation)->run(environment));
    if (arguments.usesDeprecatedJson)
      addWarning(results.back(), "Option -json is deprecated; use -outputType=json instead");
  }
  if (console.isJson()) console.json(jsonDocument(results));
  return 0;
}

void showHelp(const Arguments& arguments, Console& console) {
  if (arguments.operations.empty()) console.info(usage());
  for (const std::string& operation : arguments.operations) console.info(usage(operation));
}

int run(const std::vector<std::string>& words, Console& console) {
  if (const Document* const document = findDocument(words)) {
    console.info(document->text());
    return 0;
  }
  console.openOutputFile();
  const Arguments arguments = parseArguments(words);
  switch (arguments.action) {
    case Action::ShowHelp:
      showHelp(arguments, console);
      return 0;
    case Action::ShowVersion:
      console.info(versionText());
      return 0;
    case Action::RunOperations:
      return runOperations(arguments, console);
    case Action::Nothing:
      break;
  }
  return 0;
}

int report(const Error& error, Console& console) {
  if (console.isJson()) {
    console.json(jsonDocument(error));
  } else {
    std::string text = (console.debugs() ? "Unexpected error\nwhimbrel.Error: " : "") + error.message();
    for (const std::string& cause : error.causes()) text += "\r\nCaused by: " + cause;
    console.error(text);
  }
  return 1;
}

int runSafely(const std::vector<std::string>& words, Console& console) {
  try {
    return run(words, console);
  } catch (const Error& error) {
    return report(error, console);
  } catch (const SqlError& error) {
    return report(databaseError("Unable to talk to the database", error), console);
  } catch (const std::exception& error) {
    return report(Error(ErrorCode::Fault, error.what()), console);
  }
}

}  // namespace

}  // namespace whimbrel

int main(int argc, char** argv) {
  using namespace whimbrel;
  openClosedStandardStreams();
  installSignalHandlers();
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  Console console(readConsoleOptions(words));
  return runSafely(words, console);
}
