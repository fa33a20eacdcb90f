// Which configuration files a run reads, and of which kind (spec/configuration.md sections 3, 7 and 20).
#pragma once

#include <string>
#include <vector>

namespace whimbrel {

/// Where files may lie. Absolute; empty: there is none.
struct ConfigFolders {
  std::string installation;  ///< with the folder conf
  std::string home;
  std::string current;
  std::string working;
};

struct ConfigFiles {
  bool areToml = false;
  std::vector<std::string> optional;    ///< read where they exist, weakest first
  std::vector<std::string> listed;      ///< must exist; "-" is standard input
  std::vector<std::string> passedOver;  ///< .conf files that exist and are not read, because TOML is used
};

/// The default files, and those that the user lists. One run reads files of one kind: that of the listed
/// ones, or else TOML if there is any in a default place. Throws Error when both kinds are listed.
ConfigFiles chooseConfigFiles(const ConfigFolders& folders, std::vector<std::string> listed);

}  // namespace whimbrel
