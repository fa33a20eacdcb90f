#include "cli/sample_configuration.h"

#include <fmt/format.h>

#include "core/config/keys.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

/// Keys without effect are taken only so that the files of Flyway can stay as they are.
bool belongsInFile(const Key& key) {
  return !key.commands.empty() && key.trait != Key::Trait::CommandLineOnly;
}

}  // namespace

std::string sampleConfiguration() {
  std::string text =
      "# Configuration of whimbrel, the same as Flyway's. Take the # away from what you set.\n"
      "# Stronger than this file are environment variables (FLYWAY_URL) and the command line (-url=).\n"
      "# A file that holds a password should be readable for its account only (chmod 600).";
  for (const Key& key : keys()) {
    if (!belongsInFile(key)) continue;
    text += fmt::format("\n\n# {}\n# {}{}={}", key.help, keyPrefix, replaceAll(key.name, "*", "<name>"),
                        key.defaultValue);
  }
  return text;
}

}  // namespace whimbrel
