// One command's run: the locations are scanned, the database is connected, and what every command looks at is
// at hand.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/commands/callbacks.h"
#include "core/commands/environment.h"
#include "core/commands/script.h"
#include "core/database.h"
#include "core/history/schema_history.h"
#include "core/migrations/checksum_cache.h"
#include "core/migrations/migration.h"
#include "core/migrations/placeholders.h"
#include "core/report/results.h"
#include "core/state/migration_info.h"

namespace whimbrel {

class Session {
 public:
  /// Scans, checks names, connects, runs initSql, finds the schemas. Throws Error.
  explicit Session(const Environment& environment);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const Settings& settings() const { return environment_.settings; }
  Log& log() const { return environment_.log; }
  const Environment& environment() const { return environment_; }
  Database& database() { return *database_; }
  SchemaHistory& history() { return *history_; }
  const Callbacks& callbacks() const { return *callbacks_; }
  const ScriptContext& scriptContext() const { return *scriptContext_; }

  /// The managed schemas; the first is the current one while scripts run, and the one that messages name.
  const std::vector<std::string>& schemas() const { return schemas_; }
  const std::string& schema() const { return schemas_.front(); }
  /// schema() in quotes.
  std::string quotedSchema() const { return database_->quote(schema()); }

  /// The scripts of the locations, read once. Throws Error for duplicates and for what can't be read.
  const std::vector<Migration>& migrations();
  /// The undo scripts (`U1__x.sql`), read once.
  const std::vector<Migration>& undoMigrations();
  /// Scripts and history together, as the configuration wants them seen.
  MigrationInfos infos();
  MigrationInfos infos(const StateOptions& options);
  StateOptions stateOptions() const;

  /// Whether schema() is there. Asks for the history table in it first, whose answer most runs need anyway.
  bool schemaExists();
  /// Puts the session back to what it was and makes schema() the current one.
  void restore();
  HistoryLock lock();

  /// The fields that every result ends with.
  void fillCommon(ResultCommon& result, std::string operation) const;
  std::string schemaNameForJson() const;

  /// Creates the configured schemas that are missing, with their callbacks and lines; returns those created.
  std::vector<std::string> createMissingSchemas();
  /// Creates the history table unless it is there by now, with its line, and the SCHEMA row for
  /// `createdSchemas`.
  void createHistory(const std::optional<BaselineRow>& baseline,
                     const std::vector<std::string>& createdSchemas);

 private:
  void findSchemas();
  void setBuiltInPlaceholders();
  void runInitSql();
  void fireAfterConnect();
  /// False, too, when the connection is lost and can't tell.
  bool schemaIsSurelyMissing();

  const Environment& environment_;
  std::vector<Resource> resources_;
  std::unique_ptr<Database> database_;
  std::vector<std::string> schemas_;
  Placeholders placeholders_;
  ChecksumCache checksums_;
  std::optional<ScriptContext> scriptContext_;
  std::unique_ptr<SchemaHistory> history_;
  std::unique_ptr<Callbacks> callbacks_;
  std::optional<std::vector<Migration>> migrations_;
  std::optional<std::vector<Migration>> undoMigrations_;
};

}  // namespace whimbrel
