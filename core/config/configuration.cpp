// Collects the raw values of all sources, weakest first (spec/configuration.md sections 3, 5 to 7 and 20).
#include "core/config/configuration.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "core/config/config_file.h"
#include "core/config/keys.h"
#include "core/config/toml_files.h"
#include "core/config/values.h"
#include "core/error.h"
#include "core/text/encoding.h"
#include "core/text/reader.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

// Read before everything else. Of several such arguments the first counts, of all others the last; and a
// variable (for the two that have one) beats them all.
constexpr std::string_view startupKeys[] = {"configFiles", "configFileEncoding", "workingDirectory",
                                            "outputFile",  "outputType",         "color"};

bool isStartupKey(std::string_view name) {
  return std::find(std::begin(startupKeys), std::end(startupKeys), name) != std::end(startupKeys);
}

// An absolute name stays, an empty one is the folder itself.
std::string absolutePath(const std::string& folder, const std::string& name) {
  if (name.empty()) return folder;
  return name.front() == '/' ? name : folder + "/" + name;
}

// The locations of a conf file belong to the working directory. An element with a space before it is left
// alone, as it is by the reference.
std::string relocate(std::string_view locations, const std::string& workingDirectory) {
  constexpr std::string_view prefix = "filesystem:";
  std::vector<std::string> elements = split(locations, ',');
  for (std::string& element : elements)
    if (element.starts_with(prefix))
      element = std::string(prefix) + absolutePath(workingDirectory, element.substr(prefix.size()));
  return join(elements, ",");
}

bool isToml(std::string_view name) { return name.ends_with(".toml"); }

/// Where default files are looked for, weakest first.
struct DefaultFile {
  std::string folder;
  std::string_view name;
};

class Collector {
 public:
  Collector(const Sources& sources, Log& log) : sources_(sources), log_(log) {
    if (const auto encoding = startupValue("configFileEncoding"); encoding && !encoding->value.empty())
      encoding_ = encoding->value;
    if (const auto directory = startupValue("workingDirectory"); directory && !directory->value.empty())
      workingDirectory_ = absolutePath(sources.currentDirectory, directory->value);
    while (workingDirectory_.size() > 1 && workingDirectory_.ends_with('/')) workingDirectory_.pop_back();
  }

  Configuration collect() {
    const std::vector<std::string> listed = listedFiles();
    const bool installed = usesToml(listed) ? addTomlFiles(listed) : addConfFiles(listed);
    addEnvironment();
    addOptions();
    requireEnvironment();
    makePasswordFileAbsolute();
    if (!workingDirectory_.empty()) configuration_["flyway.workingDirectory"].value = workingDirectory_;
    configuration_.try_emplace("flyway.locations", ConfiguredValue{defaultLocation(installed), "default"});
    return std::move(configuration_);
  }

 private:
  std::optional<ConfiguredValue> startupValue(std::string_view name) const {
    const Key& key = *findKey(std::string(keyPrefix) + std::string(name));
    const auto variable = sources_.environment.find(std::string(key.environment));
    if (!key.environment.empty() && variable != sources_.environment.end())
      return ConfiguredValue{variable->second, "environment variable " + variable->first};
    for (const auto& [option, value] : sources_.options)
      if (option == name) return ConfiguredValue{value, std::string(commandLineSource)};
    return std::nullopt;
  }

  std::string defaultLocation(bool installed) const {
    if (!workingDirectory_.empty()) return "filesystem:" + workingDirectory_ + "/sql";
    return installed ? "filesystem:" + sources_.installationFolder + "/sql" : "filesystem:sql";
  }

  void set(const std::string& key, ConfiguredValue value) {
    forgetOtherSpelling(key);
    forgetOtherPassword(key);
    configuration_[key] = std::move(value);
  }

  // The three ways to give a password are one setting: what a stronger source gives replaces the weaker one's,
  // whatever the way. Two ways in one source are left to fetchPassword() to complain about.
  void forgetOtherPassword(const std::string& key) {
    constexpr std::string_view ways[] = {"flyway.password", "flyway.passwordFile", "flyway.passwordCommand"};
    if (std::find(std::begin(ways), std::end(ways), key) == std::end(ways)) return;
    if (std::exchange(passwordStrength_, strength_) == strength_) return;
    for (const std::string_view way : ways) configuration_.erase(std::string(way));
  }

  // Placeholder names ignore case, and those of variables are always in lower case: without this a variable
  // would not replace the `My_Name` of a file, but stand beside it.
  void forgetOtherSpelling(const std::string& key) {
    if (!key.starts_with("flyway.placeholders.")) return;
    std::string& spelling = placeholderSpellings_[toLower(key)];
    if (!spelling.empty() && spelling != key) configuration_.erase(spelling);
    spelling = key;
  }

  std::vector<DefaultFile> defaultTomlFiles() const {
    std::vector<DefaultFile> files;
    for (const std::string& folder : {sources_.installationFolder.empty() ? "" : sources_.installationFolder + "/conf",
                                      sources_.home, sources_.currentDirectory, workingDirectory_})
      for (const std::string_view name : {"/flyway.toml", "/flyway.user.toml"})
        if (!folder.empty()) files.push_back({folder, name});
    return files;
  }

  std::vector<DefaultFile> defaultConfFiles() const {
    std::vector<DefaultFile> files;
    if (!sources_.installationFolder.empty()) files.push_back({sources_.installationFolder, "/conf/flyway.conf"});
    for (const std::string& folder : {sources_.home, sources_.currentDirectory})
      if (!folder.empty()) files.push_back({folder, "/flyway.conf"});
    return files;
  }

  // The listed files decide, and where there are none, TOML in one of the default places.
  bool usesToml(const std::vector<std::string>& listed) const {
    const auto isFile = [](const std::string& name) { return name != "-"; };
    const auto toml = std::count_if(listed.begin(), listed.end(), isToml);
    const auto files = std::count_if(listed.begin(), listed.end(), isFile);
    if (toml > 0 && toml < files)
      throw Error(ErrorCode::Configuration,
                  "TOML and .conf files can't be used together: " + join(listed, ", "));
    if (files > 0) return toml > 0;
    const std::vector<DefaultFile> defaults = defaultTomlFiles();
    return std::any_of(defaults.begin(), defaults.end(), [](const DefaultFile& file) { return exists(file); });
  }

  static bool exists(const DefaultFile& file) {
    std::error_code ignored;
    const auto status = std::filesystem::status(file.folder + std::string(file.name), ignored);
    return std::filesystem::exists(status) && !std::filesystem::is_directory(status);
  }

  // Returns whether the installation has a file of its own.
  bool addConfFiles(const std::vector<std::string>& listed) {
    bool installed = false;
    for (const DefaultFile& file : defaultConfFiles()) {
      const std::string path = file.folder + std::string(file.name);
      const bool found = addFile(path);
      if (!found) log_.debug("Unable to load config file: " + path);
      installed = installed || (found && file.folder == sources_.installationFolder);
    }
    for (const std::string& name : listed) {
      if (name == "-")
        addStandardInput();
      else if (!addFile(name))
        throw Error("Unable to load config file: " + name);
    }
    return installed;
  }

  bool addFile(const std::string& path) {
    const std::optional<std::string> text = readConfigFile(path, encoding_);
    if (!text) return false;
    log_.debug("Loading config file: " + path);
    addText(*text, path);
    return true;
  }

  bool addTomlFiles(const std::vector<std::string>& listed) {
    warnOfIgnoredConfFiles();
    bool installed = false;
    for (const DefaultFile& file : defaultTomlFiles()) {
      const std::string path = file.folder + std::string(file.name);
      const bool isNew = std::none_of(toml_.begin(), toml_.end(),
                                      [&](const TomlFile& other) { return other.source == path; });
      if (isNew && addTomlFile(path)) installed = installed || file.folder.starts_with(sources_.installationFolder);
    }
    for (const std::string& name : listed) {
      if (name == "-")
        addTomlText(standardInput(), "standard input");
      else if (!addTomlFile(name))
        throw Error("Unable to load config file: " + name);
    }
    environment_ = environmentName();
    ++strength_;
    for (const auto& [key, value] : mergeToml(toml_, environment_, sources_.environment, log_))
      set(key, key == "flyway.locations" && !workingDirectory_.empty() ? relocated(value) : value);
    return installed;
  }

  // Nothing, a single byte (a stray line end) and comments are no error, but no configuration either.
  void addStandardInput() {
    log_.debug("Attempting to load configuration from standard input");
    const std::optional<std::string> bytes = sources_.standardInput ? sources_.standardInput() : std::nullopt;
    if (!bytes || bytes->size() < 2) {
      log_.debug("Could not load configuration from standard input");
    } else if (addText(readAll(*decode(std::make_unique<StringReader>(*bytes), "UTF-8", BadBytes::Replace)),
                       "standard input")) {
      log_.info("Loaded configuration from standard input");
    } else {
      log_.debug("Empty configuration provided from standard input");
    }
  }

  // Returns whether there was any property.
  bool addText(std::string_view text, const std::string& source) {
    const std::vector<ConfEntry> entries = readConf(text, sources_.environment);
    for (const ConfEntry& entry : entries) {
      const bool relative = entry.key == "flyway.locations" && !workingDirectory_.empty();
      set(entry.key, {relative ? relocate(entry.value, workingDirectory_) : entry.value,
                      fmt::format("{} line {}", source, entry.line)});
    }
    return !entries.empty();
  }

  void addEnvironment() {
    for (const Key& key : keys()) {
      if (key.environment.empty()) continue;
      for (auto variable = sources_.environment.lower_bound(std::string(key.environment));
           variable != sources_.environment.end() && variable->first.starts_with(key.environment); ++variable)
        addVariable(key, variable->first, variable->second);
    }
  }

  void addVariable(const Key& key, const std::string& variable, const std::string& value) {
    const std::string entry = variable.substr(key.environment.size());
    // A map needs a name, any other key must not have more than its own.
    if (isMap(key) == entry.empty()) return;
    const bool lower = key.trait == Key::Trait::LowerCaseEntries;
    set(fullName(key) + (lower ? toLower(entry) : entry), {value, "environment variable " + variable});
  }

  void addOptions() {
    for (const auto& [name, value] : sources_.options)
      set(std::string(keyPrefix) + name,
          isStartupKey(name) ? *startupValue(name) : ConfiguredValue{value, std::string(commandLineSource)});
  }

  const Sources& sources_;
  Log& log_;
  std::string encoding_ = "UTF-8";
  std::string workingDirectory_;
  Configuration configuration_;
  std::map<std::string, std::string> placeholderSpellings_;  // lower case → as configured
};

}  // namespace

Configuration collectConfiguration(const Sources& sources, Log& log) {
  return Collector(sources, log).collect();
}

}  // namespace whimbrel
