// Passwords that come from a file or a program, so that they stand neither in `ps` nor in a configuration
// file.
#include <utility>

#include <fmt/format.h>

#include "core/command_words.h"
#include "core/config/configuration.h"
#include "core/error.h"
#include "core/program_output.h"
#include "core/secret_file.h"

namespace whimbrel {

namespace {

Error failure(std::string_view what, std::string cause) {
  return Error(ErrorCode::Configuration, std::string(what), {std::move(cause)});
}

/// Without the newline at its end. One password is one line, so more is a mistake, and so is none.
std::string singleLine(std::string text, const std::string& what) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  if (text.empty()) throw failure(what, "There is nothing in it");
  if (text.find('\n') != std::string::npos) throw failure(what, "There is more than one line in it");
  return text;
}

std::string fromFile(const std::string& path) {
  const std::string what = "Unable to read passwordFile: " + path;
  return singleLine(readSecretFile(path, what), what);
}

std::string fromCommand(const std::string& command) {
  // The command itself may hold secrets, so messages name its program only.
  const std::string unable = "Unable to run passwordCommand";
  std::vector<std::string> words = commandWords(command, unable);
  if (words.empty()) throw failure(unable, "It names no program");
  const std::string what = "Unable to get the password from passwordCommand: " + words.front();
  return singleLine(programOutput(std::move(words), what), what);
}

struct Way {
  std::string_view key;
  std::string (*fetch)(const std::string& value);
};

constexpr Way ways[] = {{"flyway.passwordFile", fromFile}, {"flyway.passwordCommand", fromCommand}};

}  // namespace

std::optional<std::string> fetchPassword(const Configuration& configuration) {
  std::vector<std::string> configured;
  for (const std::string_view key : {"flyway.password", "flyway.passwordFile", "flyway.passwordCommand"})
    if (const auto found = configuration.find(std::string(key)); found != configuration.end())
      configured.push_back(fmt::format("{} ({})", key, found->second.source));
  if (configured.size() > 1)
    throw failure("The password is configured in more than one way",
                  fmt::format("{}", fmt::join(configured, ", ")));
  for (const Way& way : ways) {
    const auto found = configuration.find(std::string(way.key));
    if (found != configuration.end() && !found->second.value.empty()) return way.fetch(found->second.value);
  }
  return std::nullopt;
}

}  // namespace whimbrel
