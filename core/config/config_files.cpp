#include "core/config/config_files.h"

#include <algorithm>
#include <filesystem>

#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

std::vector<std::string> defaultFolders(const ConfigFolders& folders) {
  std::vector<std::string> all;
  if (!folders.installation.empty()) all.push_back(folders.installation + "/conf");
  for (const std::string& folder : {folders.home, folders.current})
    if (!folder.empty()) all.push_back(folder);
  return all;
}

std::vector<std::string> defaultConfFiles(const ConfigFolders& folders) {
  std::vector<std::string> files;
  for (const std::string& folder : defaultFolders(folders)) files.push_back(folder + "/flyway.conf");
  return files;
}

// In other places than .conf files: these came later.
std::vector<std::string> defaultTomlFiles(const ConfigFolders& folders) {
  std::vector<std::string> files;
  std::vector<std::string> places = defaultFolders(folders);
  if (!folders.working.empty() && folders.working != folders.current) places.push_back(folders.working);
  for (const std::string& folder : places)
    for (const char* name : {"/flyway.toml", "/flyway.user.toml"}) files.push_back(folder + name);
  return files;
}

std::vector<std::string> existing(std::vector<std::string> files) {
  std::erase_if(files, [](const std::string& file) {
    std::error_code ignored;
    const auto status = std::filesystem::status(file, ignored);
    return !std::filesystem::exists(status) || std::filesystem::is_directory(status);
  });
  return files;
}

bool isToml(const std::string& name) { return name.ends_with(".toml"); }

}  // namespace

ConfigFiles chooseConfigFiles(const ConfigFolders& folders, std::vector<std::string> listed) {
  const auto tomls = std::count_if(listed.begin(), listed.end(), isToml);
  const auto others = std::count_if(listed.begin(), listed.end(),
                                    [](const std::string& name) { return name != "-" && !isToml(name); });
  if (tomls > 0 && others > 0)
    throw Error(ErrorCode::Configuration,
                "TOML and .conf files can't be used together: " + join(listed, ", "));
  ConfigFiles files;
  files.listed = std::move(listed);
  const std::vector<std::string> toml = existing(defaultTomlFiles(folders));
  files.areToml = tomls > 0 || (others == 0 && !toml.empty());
  files.optional = files.areToml ? toml : defaultConfFiles(folders);
  if (files.areToml) files.passedOver = existing(defaultConfFiles(folders));
  return files;
}

}  // namespace whimbrel
