#include "cli/sources.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <pwd.h>
#include <unistd.h>

namespace whimbrel {

namespace {

std::map<std::string, std::string> environmentVariables() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

/// $HOME, or that of the account where nothing sets it (SSM, cron).
std::string homeFolder() {
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') return home;
  const passwd* account = getpwuid(getuid());
  return account != nullptr && account->pw_dir != nullptr ? account->pw_dir : "";
}

std::optional<std::string> readStandardInput() {
  if (isatty(STDIN_FILENO)) return {};
  return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

}  // namespace

Sources processSources(const Arguments& arguments) {
  std::error_code ignored;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  return {.options = arguments.options,
          .environment = environmentVariables(),
          .currentDirectory = std::filesystem::current_path(ignored).string(),
          .home = homeFolder(),
          .installationFolder = program.parent_path().string(),
          .standardInput = readStandardInput};
}

}  // namespace whimbrel
