// The TOML reader and what is done with its values: an Error, or a configuration.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/config/toml_files.h"
#include "core/error.h"

namespace {

class NoLog : public whimbrel::Log {
 public:
  void debug(std::string_view) override {}
  void info(std::string_view) override {}
  void warn(std::string_view) override {}
  void error(std::string_view) override {}
  bool debugs() const override { return true; }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whimbrel;
  static const std::map<std::string, std::string> environment = {{"A", "${env.A}"}};
  NoLog log;
  try {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::vector<TomlFile> files = {{"f.toml", readToml(text, "f.toml")}};
    for (const TomlEntry& entry : files.front().entries)
      if (entry.path.size() < 2 && entry.path.front() != "flyway" && entry.path.front() != "environments")
        std::abort();
    const std::string chosen = chosenEnvironment(files);
    for (const auto& [key, value] : mergeToml(files, chosen.empty() ? "default" : chosen, environment, log))
      if (!key.starts_with("flyway.") || !value.showsSource) std::abort();
  } catch (const Error&) {
    // Most texts are no TOML.
  }
  return 0;
}
