// What a jdbc:sqlite: URL says: which file, and which settings the connection gets (spec/configuration.md
// section 11).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/log.h"

namespace whimbrel::sqlite {

struct Url {
  std::string file;    ///< empty: a temporary database; ":memory:"; a URI when it begins with "file:"
  bool isUri = false;  ///< SQLite itself reads the file as a URI
  std::vector<std::pair<std::string, std::string>> pragmas;  ///< name and value, in the order to send them
  std::vector<std::pair<int, int>> limits;                   ///< SQLITE_LIMIT_… and its value
  bool loadExtensions = false;
  std::optional<int> openFlags;  ///< SQLITE_OPEN_…, instead of "read, write, create"
};

/// Reads the URL; `properties` count as if they stood in it and win over it. A parameter of the URL that
/// nobody knows stays part of the file name, as in the reference, with a warning to `log` (may be null).
/// Throws SqlError for a known parameter without value, or with a value of the wrong kind.
Url parseUrl(std::string_view url, const std::map<std::string, std::string>& properties, Log* log);

/// Throws SqlError when the folder of the database file does not exist.
void requireFolder(const Url& url);

}  // namespace whimbrel::sqlite
