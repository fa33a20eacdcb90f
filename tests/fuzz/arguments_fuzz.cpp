// The command line, one word per line: an Error, or arguments whose options go on to the keys table.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "cli/arguments.h"
#include "core/command_words.h"
#include "core/config/configuration.h"
#include "core/error.h"
#include "core/text/strings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whimbrel;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::vector<std::string> words = split(text, '\n');
  readConsoleOptions(words);
  try {
    Configuration configuration;
    for (const auto& [key, value] : parseArguments(words).options)
      configuration["flyway." + key] = {value, std::string(commandLineSource)};
    describeConfiguration(configuration);
    parseSettings(configuration);
  } catch (const Error&) {
    // Most command lines are wrong.
  }
  try {
    for (const std::string& word : commandWords(text, "Unable"))
      if (word.size() > text.size()) std::abort();
  } catch (const Error&) {
  }
  return 0;
}
