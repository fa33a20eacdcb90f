#include "core/locations/scan.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/locations/filesystem.h"
#include "core/locations/location.h"
#include "core/locations/s3_location.h"
#include "core/locations/s3_storage.h"
#include "core/locations/script_config.h"
#include "core/locations/script_language.h"
#include "core/text/encoding.h"
#include "core/text/printable.h"
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

/// The `.conf` beside each script that has one.
std::map<const Resource*, const Resource*> configsBeside(const std::vector<Resource>& resources) {
  std::unordered_map<std::string_view, const Resource*> byScript;
  for (const Resource& resource : resources)
    if (isScriptConfig(resource.script)) byScript.emplace(resource.script, &resource);
  std::map<const Resource*, const Resource*> beside;
  for (const Resource& resource : resources)
    if (const auto config = byScript.find(resource.script + ".conf"); config != byScript.end())
      beside.emplace(&resource, config->second);
  return beside;
}

/// Names go into tables and messages.
void requirePrintable(const aws::S3Object& object, const S3Place& place) {
  if (isPrintable(object.key)) return;
  throw Error(
      fmt::format("The object '{}' in bucket {} can't be a migration: there are control characters, or bytes "
                  "that are no UTF-8, in its key",
                  printable(object.key), place.bucket));
}

bool isUndetected(const Resource& resource) {
  return resource.encoding.empty() && !isScriptConfig(resource.script);
}

void expectDetecting(const std::vector<Resource>& resources) {
  std::vector<const Resource*> undetected;
  for (const Resource& resource : resources)
    if (isUndetected(resource)) undetected.push_back(&resource);
  expectReading(undetected);
}

class Scan {
 public:
  Scan(const Settings& settings, Log& log, aws::Session& aws)
      : settings_(settings), log_(log), aws_(aws), currentDirectory_(currentFolder()) {
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
        return scanS3(location);
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
      if (file.hasConfig) {
        const std::string path = file.path + ".conf";
        config = readConfig(path, location, [&path] { return openFile(path); });
      }
      if (config.encoding.empty()) config.encoding = location.encoding;
      if (wanted) addFile(std::move(file), std::move(config.encoding));
    }
  }

  void addFile(FoundFile&& file, std::string&& encoding) {
    Resource resource;
    resource.script = std::move(file.script);
    resource.absolutePath = absolutePath(file.path, currentDirectory_);
    resource.path = std::move(file.path);
    resource.encoding = std::move(encoding);
    resource.storage = files_;
    add(std::move(resource));
  }

  void scanS3(const Location& location) {
    const S3Place place = parseS3Place(location.path);
    if (!s3_) s3_ = std::make_shared<S3Storage>(aws_, addressing());
    aws_.region();  // without one nothing can be asked, in whatever location: that is always an error
    std::vector<aws::S3Object> objects;
    try {
      if (place.bucket.empty()) throw Error("Bucket cannot be empty.");
      objects = findObjects(
          s3_->client(), place, [this](std::string_view key) { return isWantedObject(key); }, log_);
    } catch (const aws::S3Refusal&) {
      throw;
    } catch (const aws::Interrupted&) {
      throw;
    } catch (const Error& error) {
      return reportUnreachable(place, error);
    }
    addObjects(objects, place, location);
  }

  /// Programs have to lie in files, to be run.
  bool isWantedObject(std::string_view key) {
    if (!isWanted(key)) return false;
    if (!settings_.scriptMigrations || findScriptLanguage(key) == nullptr) return true;
    log_.warn(fmt::format("Skipping {} (script migrations are run from filesystem: locations only)",
                          printable(key)));
    return false;
  }

  aws::Addressing addressing() {
    const bool pathStyle = settings_.s3PathStyle.value_or(aws_.hasCustomEndpoint("s3"));
    return pathStyle ? aws::Addressing::Path : aws::Addressing::VirtualHosted;
  }

  // As in the reference, bucket and prefix stand side by side.
  void reportUnreachable(const S3Place& place, const Error& error) {
    std::vector<std::string> reasons = {error.message()};
    reasons.insert(reasons.end(), error.causes().begin(), error.causes().end());
    const std::string what = fmt::format("s3 location:{}{} due to error: {}", place.bucket,
                                         place.prefix.empty() ? "null" : place.prefix, join(reasons, "; "));
    if (settings_.failOnMissingLocations) throw Error("Could not access " + what);
    log_.error("Skipping " + what);
  }

  void addObjects(const std::vector<aws::S3Object>& objects, const S3Place& place, const Location& location) {
    std::vector<Resource> found;
    for (const aws::S3Object& object : objects) {
      requirePrintable(object, place);
      Resource& resource = found.emplace_back();
      resource.script = fmt::format("{}/{}", place.bucket, object.key);
      resource.path = resource.script;
      resource.absolutePath = "s3://" + resource.script;
      resource.revision = object.etag;
      resource.storage = s3_;
    }
    const std::map<const Resource*, const Resource*> configs = configsBeside(found);
    std::vector<const Resource*> toRead;
    toRead.reserve(configs.size());
    for (const auto& [script, config] : configs) toRead.push_back(config);
    expectReading(toRead);
    for (Resource& resource : found) {
      resource.encoding = location.encoding;
      if (const auto config = configs.find(&resource); config != configs.end()) {
        const Resource& file = *config->second;
        const ScriptConfig read = readConfig(file.path, location, [&file] { return file.open(); });
        if (!read.encoding.empty()) resource.encoding = read.encoding;
      }
    }
    if (settings_.detectEncoding) expectDetecting(found);
    for (Resource& resource : found) add(std::move(resource));
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

  ScriptConfig readConfig(const std::string& path, const Location& location,
                          const std::function<std::unique_ptr<Reader>()>& open) const {
    const std::string& encoding = location.encoding.empty() ? settings_.encoding : location.encoding;
    return parseScriptConfig(readScriptConfig(open, encoding, path), environment_);
  }

  void add(Resource&& resource) {
    if (settings_.detectEncoding && isUndetected(resource))
      resource.encoding = detectEncoding(resource.open());
    resources_.push_back(std::move(resource));
  }

  const Settings& settings_;
  Log& log_;
  aws::Session& aws_;
  std::string currentDirectory_;
  std::map<std::string, std::string> environment_ = processEnvironment();
  std::vector<std::string> suffixes_;
  std::shared_ptr<const Storage> files_ = std::make_shared<FilesystemStorage>();
  std::shared_ptr<S3Storage> s3_;  ///< made for the first s3: location
  std::vector<Resource> resources_;
};

}  // namespace

std::vector<Resource> scanLocations(const Settings& settings, Log& log, aws::Session& aws) {
  Scan scan(settings, log, aws);
  scan.scan(settings.locations, false);
  scan.scan(settings.callbackLocations, true);
  return std::move(scan).resources();
}

}  // namespace whimbrel
