// A migration as it lies in a location: name taken apart, checksum computed, not yet run ("resolved").
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/locations/resource.h"
#include "core/version/version.h"

namespace whimbrel {

struct Migration {
  std::optional<Version> version;  ///< absent: repeatable
  std::string description;
  std::string type = "SQL";  ///< as in the history: "SQL", "SQL_BASELINE", "SCRIPT", or "UNDO_SQL" for those
                             ///< of resolveUndoMigrations
  std::string rawName;       ///< what `${flyway:filename}` gives; empty for repeatables, where it is an error
  std::int32_t checksum = 0;
  /// A second checksum that counts as equal: of a repeatable's text before its placeholders were replaced.
  std::optional<std::int32_t> equivalentChecksum;
  /// From the `.conf` beside the script: overrides the detection by statements.
  std::optional<bool> executeInTransaction;
  /// False when the `.conf` says shouldExecute=false: the script is ignored.
  bool shouldExecute = true;
  /// False when the `.conf` says placeholderReplacement=false.
  bool placeholderReplacement = true;
  Resource resource;

  bool repeatable() const { return !version; }
  /// Of the text as it lies in the file.
  std::int32_t rawChecksum() const { return equivalentChecksum.value_or(checksum); }
  const std::string& script() const { return resource.script; }
};

/// A SQL callback: `beforeMigrate.sql`, `afterMigrate__notify.sql`.
struct Callback {
  std::string event;  ///< of callbackEvents (events.h)
  std::string description;
  std::string rawName;
  std::optional<bool> executeInTransaction;
  bool shouldExecute = true;
  bool placeholderReplacement = true;
  Resource resource;
};

}  // namespace whimbrel
