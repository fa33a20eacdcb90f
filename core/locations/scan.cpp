#include "core/locations/scan.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/locations/filesystem.h"
#include "core/locations/location.h"
#include "core/locations/script_config.h"
#include "core/locations/script_language.h"
#include "core/text/encoding.h"
#include "core/text/strings.h"

namespace whimbrel {
namespace {

std::string_view reason(FolderProblem problem) {
  switch (problem) {
    case FolderProblem::NotADirectory:
      return " (not a directory)";
    case FolderProblem::NotReadable:
      return " (not readable)";
    default:
      return "";
  }
}

/// Empty when it was removed under the running program, which absolute locations need not care about.
std::string currentFolder() {
  std::error_code gone;
  return std::filesystem::current_path(gone).string();
}

class Scan {
 public:
  Scan(const Settings& settings, Log& log)
      : settings_(settings), log_(log), currentDirectory_(currentFolder()) {
    for (const std::string& suffix : settings.sqlMigrationSuffixes) suffixes_.emplace_back(trim(suffix));
    if (settings.scriptMigrations)
      for (const ScriptLanguage& language : scriptLanguages) suffixes_.emplace_back(language.suffix);
  }

  void scan(const std::vector<std::string>& locations, bool callbacksOnly) {
    const std::size_t before = resources_.size();
    for (const Location& location : parseLocations(locations, log_)) scan(location);
    for (std::size_t i = before; i < resources_.size(); ++i) resources_[i].callbacksOnly = callbacksOnly;
  }

  std::vector<Resource> resources() && { return std::move(resources_); }

 private:
  void scan(const Location& location) {
    switch (location.kind) {
      case LocationKind::Filesystem:
        return scanFilesystem(location);
      case LocationKind::ClassPath:
        // There is none without Java: it resolves to nothing, which is no reason to stop.
        if (settings_.failOnMissingLocations)
          throw Error(fmt::format("Unable to resolve location {}.", location.text()));
        return;
      case LocationKind::S3:
        throw Error(fmt::format("S3 is not supported: {}", location.text()));
    }
  }

  void scanFilesystem(const Location& location) {
    const WildcardPath pattern(location.path);
    if (const FolderProblem problem = checkFolder(pattern.root()); problem != FolderProblem::None)
      return reportMissing(pattern.root(), problem);
    for (FoundFile& file : findFiles(pattern)) {
      const bool wanted = isWanted(file.script);
      if (!file.regular) {
        if (wanted) log_.warn(fmt::format("Skipping {} (not a file)", file.path));
        continue;
      }
      // The `.conf` of any readable file is checked, even of one that is no migration. A script that may not
      // be read is not left out as in the reference, which then applies the scripts behind it: reading it
      // will fail.
      if (!wanted && (!file.hasConfig || !isReadable(file.path))) continue;
      ScriptConfig config;
      if (file.hasConfig) config = readConfigBeside(file.path, location);
      if (config.encoding.empty()) config.encoding = location.encoding;
      if (wanted) add(std::move(file), std::move(config.encoding));
    }
  }

  void reportMissing(const std::string& path, FolderProblem problem) {
    if (settings_.failOnMissingLocations)
      throw Error(fmt::format("Failed to find filesystem location:{}{}.", path, reason(problem)));
    const std::string_view why = problem == FolderProblem::NotFound ? " (not found)" : reason(problem);
    log_.error(fmt::format("Skipping filesystem location:{}{}.", path, why));
  }

  bool isWanted(std::string_view script) const {
    return isScriptConfig(script) ||
           std::any_of(suffixes_.begin(), suffixes_.end(),
                       [&](const std::string& suffix) { return script.ends_with(suffix); });
  }

  ScriptConfig readConfigBeside(const std::string& script, const Location& location) const {
    const std::string path = script + ".conf";
    const std::string& encoding = location.encoding.empty() ? settings_.encoding : location.encoding;
    return parseScriptConfig(readScriptConfig([&] { return openFile(path); }, encoding, path), environment_);
  }

  void add(FoundFile&& file, std::string&& encoding) {
    Resource resource;
    resource.script = std::move(file.script);
    resource.absolutePath = absolutePath(file.path, currentDirectory_);
    resource.path = std::move(file.path);
    resource.encoding = std::move(encoding);
    resource.storage = storage_;
    if (settings_.detectEncoding && resource.encoding.empty() && !isScriptConfig(resource.script))
      resource.encoding = detectEncoding(resource.open());
    resources_.push_back(std::move(resource));
  }

  const Settings& settings_;
  Log& log_;
  std::string currentDirectory_;
  std::map<std::string, std::string> environment_ = processEnvironment();
  std::vector<std::string> suffixes_;
  std::shared_ptr<const Storage> storage_ = std::make_shared<FilesystemStorage>();
  std::vector<Resource> resources_;
};

}  // namespace

std::vector<Resource> scanLocations(const Settings& settings, Log& log) {
  Scan scan(settings, log);
  scan.scan(settings.locations, false);
  scan.scan(settings.callbackLocations, true);
  return std::move(scan).resources();
}

}  // namespace whimbrel
