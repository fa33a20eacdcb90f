#include "core/commands/session.h"

#include <algorithm>
#include <ctime>
#include <filesystem>

#include <fmt/format.h>

#include "core/commands/connect.h"
#include "core/commands/script.h"
#include "core/error.h"
#include "core/locations/scan.h"
#include "core/migrations/resolve.h"
#include "core/report/error_block.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

std::string localTimestamp() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  char text[32];
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &local));
}

}  // namespace

Session::Session(const Environment& environment)
    : environment_(environment),
      placeholders_(environment.settings),
      checksums_(environment.settings.s3ChecksumCache, environment.log) {
  resources_ = scanLocations(settings(), log(), environment.aws);
  if (settings().validateMigrationNaming) validateNaming(resources_, settings());
  database_ = connect(environment);
  environment.connected(database_->facts());
  findSchemas();
  setBuiltInPlaceholders();
  scriptContext_.emplace(ScriptContext{settings(), placeholders_, *database_, log(), environment.interrupted,
                                       environment.watch});
  runInitSql();
  const TableName table{settings().defaultSchema.value_or(schema()), settings().table};
  history_ = std::make_unique<SchemaHistory>(*database_, table, settings());
  callbacks_ = std::make_unique<Callbacks>(
      *scriptContext_, resolveCallbacks(resources_, settings(), placeholders_), [this] { restore(); });
  fireAfterConnect();
}

void Session::fireAfterConnect() {
  if (!callbacks_->has("afterConnect")) return;
  callbacks_->fire("afterConnect");
  // What these scripts set, all later ones are to find.
  database_->keepSession();
}

void Session::findSchemas() {
  const std::optional<std::string>& defaultSchema = settings().defaultSchema;
  schemas_ = settings().schemas;
  if (defaultSchema && !database_->facts().hasSchemas) {
    log().warn(fmt::format(
        "{} {} does not support setting the schema for the current session. Default schema will NOT "
        "be changed to {} !",
        database_->facts().product, database_->facts().version, *defaultSchema));
  }
  if (defaultSchema && std::ranges::find(schemas_, *defaultSchema) == schemas_.end())
    throw Error("The defaultSchema property is specified but is not a member of the schemas property");
  if (!schemas_.empty()) return;
  const std::optional<std::string> current = database_->currentSchema();
  if (!current) {
    throw Error(
        "Unable to determine schema for the schema history table. Set a default schema for the connection or "
        "specify one using the defaultSchema property!");
  }
  schemas_ = {*current};
}

void Session::setBuiltInPlaceholders() {
  const DatabaseFacts& facts = database_->facts();
  placeholders_.set("flyway:defaultSchema", settings().defaultSchema.value_or(schema()));
  placeholders_.set("flyway:user", facts.user);
  // A database without a name has no such placeholder: using it is an error, as in the reference.
  if (!facts.catalog.empty()) placeholders_.set("flyway:database", facts.catalog);
  placeholders_.set("flyway:timestamp", localTimestamp());
  std::error_code gone;
  placeholders_.set("flyway:workingDirectory", std::filesystem::current_path(gone).string());
  placeholders_.set("flyway:table", settings().table);
}

void Session::runInitSql() {
  if (settings().initSql.empty()) return;
  Script(settings().initSql, *scriptContext_).execute();
  database_->keepSession();
}

const std::vector<Migration>& Session::migrations() {
  if (!migrations_) {
    migrations_ = resolveMigrations(resources_, settings(), placeholders_, checksums_, log());
    checksums_.save();
  }
  return *migrations_;
}

const std::vector<Migration>& Session::undoMigrations() {
  if (!undoMigrations_) {
    undoMigrations_ = resolveUndoMigrations(resources_, settings(), placeholders_, checksums_, log());
    checksums_.save();
  }
  return *undoMigrations_;
}

StateOptions Session::stateOptions() const {
  return {Target::parse(settings().target), settings().outOfOrder, settings().cherryPick};
}

MigrationInfos Session::infos() { return infos(stateOptions()); }

MigrationInfos Session::infos(const StateOptions& options) {
  return computeState(migrations(), history_->rows(), options);
}

bool Session::schemaExists() {
  if (history_->table().schema == schema() && history_->exists()) return true;
  return database_->schemaExists(schema());
}

void Session::restore() {
  try {
    database_->restoreSession();
    if (database_->facts().hasSchemas) database_->useSchema(schema());
  } catch (const SqlError& error) {
    // A schema that is not there (yet) can't be the current one; what needs it will say so.
    if (schemaIsSurelyMissing()) return;
    throw databaseError(fmt::format("Error setting current schema to {}", quotedSchema()), error);
  }
}

bool Session::schemaIsSurelyMissing() {
  try {
    return !database_->schemaExists(schema());
  } catch (const SqlError&) {
    return false;
  }
}

HistoryLock Session::lock() {
  return {*database_, history_->table(), settings().lockRetryCount, environment_.interrupted};
}

void Session::fillCommon(ResultCommon& result, std::string operation) const {
  const DatabaseFacts& facts = database_->facts();
  result.database = operation == "info" ? facts.catalogInInfoJson : facts.catalogInJson;
  result.operation = std::move(operation);
}

std::string Session::schemaNameForJson() const { return join(settings().schemas, ", "); }

std::vector<std::string> Session::createMissingSchemas() {
  callbacks_->fire("createSchema");
  callbacks_->fire("beforeCreateSchema");
  std::vector<std::string> created;
  for (const std::string& name : schemas_) {
    try {
      if (database_->schemaExists(name)) continue;
      log().info(fmt::format("Creating schema {} ...", database_->quote(name)));
      database_->createSchema(name);
      created.push_back(name);
    } catch (const SqlError& error) {
      // Another run may have been faster; then the schema is there, which is all that is wanted.
      if (!database_->schemaExists(name))
        throw databaseError(fmt::format("Unable to create schema {}", database_->quote(name)), error);
    }
  }
  return created;
}

void Session::createHistory(const std::optional<BaselineRow>& baseline,
                            const std::vector<std::string>& createdSchemas) {
  const HistoryLock held = lock();
  if (history_->exists()) return;
  log().info(fmt::format("Creating Schema History table {}{} ...", history_->quotedName(),
                         baseline ? " with baseline" : ""));
  history_->create(baseline);
  if (createdSchemas.empty()) return;
  std::vector<std::string> quoted;
  quoted.reserve(createdSchemas.size());
  for (const std::string& name : createdSchemas) quoted.push_back(database_->quote(name));
  AppliedMigration row;
  row.description = "<< Flyway Schema Creation >>";
  row.type = "SCHEMA";
  row.script = join(quoted, ",");
  history_->add(row, 0);
}

}  // namespace whimbrel
