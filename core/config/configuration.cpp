// Collects the raw values of all sources, weakest first (spec/configuration.md sections 3 and 5 to 7).
#include "core/config/configuration.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "core/config/config_file.h"
#include "core/config/keys.h"
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
    const bool installed = addDefaultFile(sources_.installationFolder, "/conf/flyway.conf");
    addDefaultFile(sources_.home, "/flyway.conf");
    addDefaultFile(sources_.currentDirectory, "/flyway.conf");
    addListedFiles();
    addEnvironment();
    addOptions();
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
    configuration_[key] = std::move(value);
  }

  // Placeholder names ignore case, and those of variables are always in lower case: without this a variable
  // would not replace the `My_Name` of a file, but stand beside it.
  void forgetOtherSpelling(const std::string& key) {
    if (!key.starts_with("flyway.placeholders.")) return;
    std::string& spelling = placeholderSpellings_[toLower(key)];
    if (!spelling.empty() && spelling != key) configuration_.erase(spelling);
    spelling = key;
  }

  // Default files are optional. Returns whether there was one.
  bool addDefaultFile(const std::string& folder, std::string_view name) {
    if (folder.empty()) return false;
    const std::string path = folder + std::string(name);
    if (addFile(path)) return true;
    log_.debug("Unable to load config file: " + path);
    return false;
  }

  bool addFile(const std::string& path) {
    const std::optional<std::string> text = readConfigFile(path, encoding_);
    if (!text) return false;
    log_.debug("Loading config file: " + path);
    addText(*text, path);
    return true;
  }

  void addListedFiles() {
    const auto files = startupValue("configFiles");
    if (!files) return;
    const std::string& folder = workingDirectory_.empty() ? sources_.currentDirectory : workingDirectory_;
    for (const std::string& name : parseList(files->value)) {
      if (name == "-") {
        addStandardInput();
      } else if (const std::string path = absolutePath(folder, name); !addFile(path)) {
        throw Error("Unable to load config file: " + path);
      }
    }
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
