// A row of the schema history table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/version/version.h"

namespace whimbrel {

struct AppliedMigration {
  int installedRank = 0;
  std::optional<Version> version;  ///< absent: repeatable, or the SCHEMA row
  std::string description;
  std::string type;  ///< as in the table, but SPRING_JDBC reads as JDBC
  std::string script;
  std::optional<std::int32_t> checksum;
  std::string installedBy;
  std::string installedOn;  ///< as the server shows it, without zone: "2026-11-23 08:54:26.123"
  int executionTime = 0;    ///< milliseconds
  bool success = true;

  /// Rows that stand for no script: they pair with nothing and are never repaired.
  bool synthetic() const { return type == "SCHEMA" || type == "BASELINE" || type == "DELETE"; }
};

}  // namespace whimbrel
