// Collects the raw values of all sources, weakest first (spec/configuration.md sections 3, 5 to 7 and 20).
#include "core/config/configuration.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "core/config/config_file.h"
#include "core/config/config_files.h"
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
    const ConfigFiles files = chooseConfigFiles({.installation = sources_.installationFolder,
                                                 .home = sources_.home,
                                                 .current = sources_.currentDirectory,
                                                 .working = workingDirectory_},
                                                listedFiles());
    const bool installed = files.areToml ? addTomlFiles(files) : addConfFiles(files);
    addEnvironment();
    addOptions();
    if (!workingDirectory_.empty()) configuration_["flyway.workingDirectory"].value = workingDirectory_;
    configuration_.try_emplace("flyway.locations", ConfiguredValue{defaultLocation(installed), "default"});
    makePasswordFileAbsolute();
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

  // The ways to give a password are one setting: what a stronger source gives replaces that of a weaker one,
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

  /// Where relative names of files belong.
  const std::string& folder() const {
    return workingDirectory_.empty() ? sources_.currentDirectory : workingDirectory_;
  }

  std::vector<std::string> listedFiles() const {
    const auto configured = startupValue("configFiles");
    if (!configured) return {};
    std::vector<std::string> files = parseList(configured->value);
    for (std::string& file : files)
      if (file != "-") file = absolutePath(folder(), file);
    return files;
  }

  bool isOfInstallation(const std::string& file) const {
    return !sources_.installationFolder.empty() && file.starts_with(sources_.installationFolder + "/conf/");
  }

  /// Gives `add` the text of each file that is there. Returns whether the installation has a file of its own.
  template <typename Add>
  bool readFiles(const ConfigFiles& files, const Add& add) {
    bool installed = false;
    const auto read = [&](const std::string& file) {
      const std::optional<std::string> text = readConfigFile(file, encoding_);
      log_.debug((text ? "Loading config file: " : "Unable to load config file: ") + file);
      if (text && text->find('\0') != std::string::npos)
        log_.warn(fmt::format(
            "{} has NUL characters. If it is not in {}, say its encoding with -configFileEncoding", file,
            encoding_));
      if (text) add(*text, file);
      return text.has_value();
    };
    for (const std::string& file : files.optional)
      if (read(file) && isOfInstallation(file)) installed = true;
    for (const std::string& file : files.listed) {
      if (file == "-")
        addStandardInput(add);
      else if (!read(file))
        throw Error("Unable to load config file: " + file);
    }
    return installed;
  }

  bool addConfFiles(const ConfigFiles& files) {
    chooseEnvironment({});
    return readFiles(files,
                     [&](std::string_view text, const std::string& source) { return addText(text, source); });
  }

  bool addTomlFiles(const ConfigFiles& files) {
    for (const std::string& file : files.passedOver)
      log_.warn(fmt::format("{} is not read: there is a TOML file, and the two kinds can't be used together",
                            file));
    std::vector<TomlFile> texts;
    const bool installed = readFiles(files, [&](std::string_view text, const std::string& source) {
      texts.push_back({source, readToml(text, source)});
      return !texts.back().entries.empty();
    });
    chooseEnvironment(texts);
    ++strength_;
    for (const auto& [key, value] : mergeToml(texts, environment_, sources_.environment, log_))
      set(key, relocated(key, value));
    return installed;
  }

  // By argument or in a file. A name that nothing is configured for is a typing error, but for the default
  // one.
  void chooseEnvironment(const std::vector<TomlFile>& files) {
    std::vector<std::string> known = environmentNames(files);
    std::string chosen = chosenEnvironment(files);
    for (const auto& [name, value] : sources_.options) {
      if (name == "environment") chosen = value;
      if (const std::vector<std::string> parts = split(name, '.');
          parts.size() > 2 && parts[0] == "environments")
        known.push_back(parts[1]);
    }
    if (chosen.empty() || chosen == environment_) return;
    if (std::find(known.begin(), known.end(), chosen) == known.end())
      throw Error(ErrorCode::Configuration,
                  known.empty()
                      ? fmt::format("There is no environment {}: no file has a table [environments.{}]",
                                    chosen, chosen)
                      : fmt::format("There is no environment {}, only {}", chosen, join(known, ", ")));
    log_.debug("Using environment: " + chosen);
    environment_ = chosen;
  }

  // Nothing, a single byte (a stray line end) and comments are no error, but no configuration either.
  template <typename Add>
  void addStandardInput(const Add& add) {
    log_.debug("Attempting to load configuration from standard input");
    const std::optional<std::string> bytes = sources_.standardInput ? sources_.standardInput() : std::nullopt;
    if (!bytes || bytes->size() < 2) {
      log_.debug("Could not load configuration from standard input");
    } else if (add(readAll(*decode(std::make_unique<StringReader>(*bytes), "UTF-8", BadBytes::Replace)),
                   "standard input")) {
      log_.info("Loaded configuration from standard input");
    } else {
      log_.debug("Empty configuration provided from standard input");
    }
  }

  // Returns whether there was any property.
  bool addText(std::string_view text, const std::string& source) {
    ++strength_;
    const std::vector<ConfEntry> entries = readConf(text, sources_.environment);
    for (const ConfEntry& entry : entries) {
      for (const std::string& variable : entry.variables)
        log_.debug(fmt::format("Expanding environment variable in config: {} -> ***", variable));
      set(entry.key, relocated(entry.key, {entry.value, fmt::format("{} line {}", source, entry.line)}));
    }
    return !entries.empty();
  }

  // The locations in a file belong to the working directory.
  ConfiguredValue relocated(const std::string& key, ConfiguredValue value) const {
    if (key == "flyway.locations" && !workingDirectory_.empty())
      value.value = relocate(value.value, workingDirectory_);
    return value;
  }

  void addEnvironment() {
    ++strength_;
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
    ++strength_;
    for (const auto& [name, value] : sources_.options) {
      if (const auto key = keyOfOption(name); !key.empty())
        set(key, isStartupKey(name) ? *startupValue(name)
                                    : ConfiguredValue{value, std::string(commandLineSource)});
    }
  }

  void makePasswordFileAbsolute() {
    const auto file = configuration_.find("flyway.passwordFile");
    if (file != configuration_.end() && !file->second.value.empty())
      file->second.value = absolutePath(folder(), file->second.value);
  }

  // `-environments.dev.url=…` is `-url=…` for the environment dev, and nothing for others.
  std::string keyOfOption(const std::string& name) const {
    constexpr std::string_view prefix = "environments.";
    if (!name.starts_with(prefix)) return std::string(keyPrefix) + name;
    const std::string chosen = std::string(prefix) + environment_ + ".";
    if (!name.starts_with(chosen)) return {};
    return environmentKey(std::string_view(name).substr(chosen.size()))
        .value_or(std::string(keyPrefix) + name);
  }

  const Sources& sources_;
  Log& log_;
  std::string encoding_ = "UTF-8";
  std::string workingDirectory_;
  std::string environment_ = "default";
  Configuration configuration_;
  std::map<std::string, std::string> placeholderSpellings_;  // lower case → as configured
  int strength_ = 0;                                         // of the source that is being added
  int passwordStrength_ = 0;                                 // of the one that gave the password
};

}  // namespace

Configuration collectConfiguration(const Sources& sources, Log& log) {
  return Collector(sources, log).collect();
}

}  // namespace whimbrel
