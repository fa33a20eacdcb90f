// What the driver has to know of the server and of the fresh session. One round trip, right after connecting.
#pragma once

#include <optional>
#include <string>

#include "drivers/mysql/connection.h"

namespace whimbrel::mysql {

struct ServerFacts {
  bool mariadb = false;
  std::string version;                  ///< "10.11"
  std::optional<std::string> database;  ///< the current one, in the server's spelling
  std::string user;
  std::string foreignKeyChecks;  ///< "0" or "1", as at connect; likewise the next
  std::string safeUpdates;
  bool lettersMatter = true;  ///< names of schemas and tables that differ in case are different ones
  /// CREATE TABLE … AS SELECT is refused: enforce_gtid_consistency, strict Percona XtraDB Cluster.
  bool noCreateAsSelect = false;
  /// One node of several (Galera), where GET_LOCK is known to that node only (spec/commands.md sections 12,
  /// 14).
  bool cluster = false;
  /// GET_LOCK is refused: a Percona cluster in its strict mode.
  bool noNamedLocks = false;
};

/// Also tells the connection how large the server lets a packet be.
ServerFacts askServer(Connection& connection);

}  // namespace whimbrel::mysql
