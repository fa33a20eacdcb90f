#include <algorithm>

#include <fmt/format.h>

#include "core/commands/baseline.h"
#include "core/commands/clean.h"
#include "core/commands/commands.h"
#include "core/commands/dry_run.h"
#include "core/commands/migration_run.h"
#include "core/commands/session.h"
#include "core/commands/stopwatch.h"
#include "core/commands/validation.h"
#include "core/error.h"
#include "core/report/error_block.h"
#include "core/report/migration_fields.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

/// Checks what was migrated so far. Of a schema that is not there yet nothing was, but files that contradict
/// each other are to be refused before it is made.
void validateFirst(Session& session) {
  if (!session.settings().validateOnMigrate) return;
  session.migrations();
  if (!session.schemaExists()) return;
  const ValidationOutcome outcome = runValidation(session, PendingMigrations::AreFine);
  if (!outcome.error) return;
  if (!session.settings().cleanOnValidationError) throw validationFailure(outcome);
  cleanSchemas(session);
}

std::vector<std::string> nonEmptySchemas(Session& session) {
  std::vector<std::string> found;
  for (const std::string& schema : session.schemas())
    if (session.database().schemaExists(schema) && !session.database().schemaIsEmpty(schema))
      found.push_back(session.database().quote(schema));
  return found;
}

void warnThatTheSchemaIsMissing(Log& log) {
  log.warn(
      "The configuration option 'createSchemas' is false.\n"
      "However, the schema history table still needs a schema to reside in.\n"
      "You must manually create a schema for the schema history table to reside in.\n"
      "See https://flywaydb.org/documentation/concepts/migrations.html"
      "#the-createschemas-option-and-the-schema-history-table");
}

/// Makes sure that there is a history table (spec/commands.md section 2.1, step 3).
void prepareHistory(Session& session) {
  if (session.history().exists()) return;
  const std::vector<std::string> nonEmpty = nonEmptySchemas(session);
  if (nonEmpty.empty()) {
    std::vector<std::string> created;
    if (session.settings().createSchemas) {
      created = session.createMissingSchemas();
    } else if (!session.database().schemaExists(session.schema())) {
      warnThatTheSchemaIsMissing(session.log());
    }
    return session.createHistory({}, created);
  }
  if (session.settings().baselineOnMigrate) return baselineSchema(session);
  // Another run may have created the table, and with it the content, since the first look.
  if (session.history().exists()) return;
  throw Error(
      fmt::format("Found non-empty schema(s) {} but no schema history table. Use baseline() or set "
                  "baselineOnMigrate to true to initialize the schema history table.",
                  join(nonEmpty, ",")));
}

void summarise(Session& session, const MigrateResult& result, const Stopwatch& stopwatch) {
  const std::size_t count = result.migrations.size();
  if (count == 0)
    return session.log().info(
        fmt::format("Schema {} is up to date. No migration necessary.", session.quotedSchema()));
  if (!session.settings().dryRunOutput.empty()) return;
  session.log().info(
      fmt::format("Successfully applied {} {} to schema {}{} (execution time {})", count,
                  count == 1 ? "migration" : "migrations", session.quotedSchema(),
                  result.targetSchemaVersion ? ", now at version v" + *result.targetSchemaVersion : "",
                  duration(stopwatch.milliseconds())));
}

}  // namespace

MigrateResult migrate(const Environment& environment) {
  DryRun dryRun(environment);
  Session session(dryRun.environment());
  dryRun.begin();
  validateFirst(session);
  prepareHistory(session);
  session.callbacks().fire("beforeMigrate");

  const Stopwatch stopwatch;
  MigrateResult result = MigrationRun(session).run();
  summarise(session, result, stopwatch);
  if (!result.migrations.empty()) session.callbacks().fire("afterMigrateApplied");
  session.callbacks().fire("afterMigrate");
  session.callbacks().fireInPlace("afterMigrateOperationFinish");

  if (const std::string note = dryRun.finish(); !note.empty()) result.warnings.push_back(note);
  session.fillCommon(result, "migrate");
  result.schemaName = session.schemaNameForJson();
  return result;
}

}  // namespace whimbrel
