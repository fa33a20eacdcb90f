// Files of a filesystem: location.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/locations/resource.h"
#include "core/locations/wildcard.h"

namespace whimbrel {

enum class FolderProblem { None, NotFound, NotADirectory, NotReadable };

/// Whether `path` can be searched at all.
FolderProblem checkFolder(const std::string& path);

struct FoundFile {
  std::string script;      ///< path below the location's root or matched folder
  std::string path;        ///< as configured + below
  bool regular = true;     ///< false: a pipe, a device; reading it might never end
  bool hasConfig = false;  ///< there is a file of this name + ".conf" beside it
};

/// Every file below the pattern's root that it matches, sorted by script. Links are followed, but not round a
/// loop; hidden folders and what can't be listed are left out (spec/migrations.md section 2).
std::vector<FoundFile> findFiles(const WildcardPath& pattern);

/// `path` behind the current directory, with all its "." and "..", as error messages show it.
std::string absolutePath(const std::string& path, const std::string& currentDirectory);

bool isReadable(const std::string& path);

/// Reads files by their absolute paths.
class FilesystemStorage : public Storage {
 public:
  std::unique_ptr<Reader> open(const Resource& resource) const override;
};

/// The bytes of a file. Throws Error naming it when it is gone, not readable or no file.
std::unique_ptr<Reader> openFile(const std::string& path);

}  // namespace whimbrel
