// What configuration is read from, for tests: folders on disk, variables, arguments, and a log that
// remembers.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

#include "core/config/configuration.h"
#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel::test {

class RecordingLog : public Log {
 public:
  void debug(std::string_view text) override { lines.push_back("D " + std::string(text)); }
  void info(std::string_view text) override { lines.push_back("I " + std::string(text)); }
  void warn(std::string_view text) override { lines.push_back("W " + std::string(text)); }
  void error(std::string_view text) override { lines.push_back("E " + std::string(text)); }
  bool debugs() const override { return true; }

  bool has(const std::string& line) const {
    return std::find(lines.begin(), lines.end(), line) != lines.end();
  }
  std::vector<std::string> lines;
};

/// The messages of the failure, joined as on the console; empty when there is none.
template <typename Action>
std::string failureOf(const Action& action) {
  try {
    action();
    return "";
  } catch (const Error& error) {
    std::string text = std::string(name(error.code())) + " " + error.message();
    for (const std::string& cause : error.causes()) text += " | " + cause;
    return text;
  }
}

/// A machine with a current folder, a home and an installation, all empty at first.
class World {
 public:
  World() {
    std::string pattern = std::filesystem::temp_directory_path() / "whimbrel-config-XXXXXX";
    root = ::mkdtemp(pattern.data());
    for (const char* folder : {"cwd/w", "home", "inst/conf"})
      std::filesystem::create_directories(root + "/" + folder);
    sources.currentDirectory = root + "/cwd";
    sources.home = root + "/home";
    sources.installationFolder = root + "/inst";
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World() { std::filesystem::remove_all(root); }

  void file(const std::string& name, std::string_view text) {
    std::ofstream(root + "/" + name, std::ios::binary) << text;
  }
  Configuration collect() { return collectConfiguration(sources, log); }
  std::string value(const std::string& key) {
    const Configuration configuration = collect();
    const auto found = configuration.find("flyway." + key);
    return found == configuration.end() ? "(absent)" : found->second.value;
  }
  /// With the root folder as @.
  std::string failure() {
    return replaceAll(failureOf([&] { collect(); }), root, "@");
  }

  std::string root;
  Sources sources;
  RecordingLog log;
};

}  // namespace whimbrel::test
