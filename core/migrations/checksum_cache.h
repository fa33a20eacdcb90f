// Checksums from earlier runs, for scripts that are far away: what says when its contents change
// (Resource::revision) need not be read to know its checksum. A file of lines
//
//   CHECKSUM <tab> ENCODING <tab> PLACEHOLDER PREFIX <tab> REVISION <tab> SCRIPT
//
// below one that names the format. It is a cache: whatever is wrong with it costs a warning and a few
// requests, and a script that does not have the checksum said there is refused before it runs, like one that
// changed on its way.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "core/log.h"

namespace whimbrel {

struct ChecksumKey {
  std::string script;
  std::string revision;  ///< empty: nothing is kept of it
  std::string encoding;
  std::string prefix;  ///< of placeholders, where they count and the text has none; else empty

  bool operator<(const ChecksumKey& other) const {
    return std::tie(script, revision, encoding, prefix) <
           std::tie(other.script, other.revision, other.encoding, other.prefix);
  }
};

class ChecksumCache {
 public:
  /// Reads the file. `path` empty: there is none, and nothing is ever found.
  ChecksumCache(std::string path, Log& log);

  std::optional<std::int32_t> find(const ChecksumKey& key) const;
  void add(const ChecksumKey& key, std::int32_t checksum);
  /// Replaces the file, at once and readable by nobody else, if anything was added.
  void save();

 private:
  std::string path_;
  Log& log_;
  std::map<ChecksumKey, std::int32_t> checksums_;
  bool changed_ = false;
};

}  // namespace whimbrel
