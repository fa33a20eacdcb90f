#include <algorithm>

#include <fmt/format.h>

#include "core/commands/commands.h"
#include "core/commands/half_done.h"
#include "core/commands/info_filter.h"
#include "core/commands/session.h"
#include "core/error.h"
#include "core/report/error_block.h"
#include "core/report/migration_fields.h"
#include "core/report/table.h"

namespace whimbrel {

namespace {

InfoResult::Migration describe(const MigrationInfo& info) {
  const AppliedMigration* row = info.applied;
  return {.category = std::string(category(info)),
          .version = versionText(info),
          .description = info.description(),
          .type = info.type(),
          .installedOn = row ? installedOnText(row->installedOn) : "",
          .installedOnUTC = row ? installedOnUtc(row->installedOn) : "",
          .state = std::string(facts(info.state).text),
          .undoable = "",
          .filepath = filePath(info),
          .installedBy = row ? row->installedBy : "",
          .executionTime = row ? row->executionTime : 0};
}

bool allSchemasEmpty(Session& session) {
  try {
    return std::ranges::all_of(session.schemas(), [&](const std::string& schema) {
      return !session.database().schemaExists(schema) || session.database().schemaIsEmpty(schema);
    });
  } catch (const SqlError& error) {
    throw databaseError("Unable to check whether the schemas are empty", error);
  }
}

/// Only what is pending or failed can lie half-done.
std::vector<std::string> halfDone(Session& session, const MigrationInfos& infos) {
  const bool possible = std::ranges::any_of(infos.all, [](const MigrationInfo& info) {
    return info.state == State::Pending || facts(info.state).failed;
  });
  return possible ? describeHalfDone(session) : std::vector<std::string>();
}

InfoResult gather(Session& session, std::string& text) {
  const MigrationInfos infos = session.infos();
  const MigrationInfo* current = infos.current();
  const std::vector<const MigrationInfo*> shown = filterInfos(infos, session.settings());

  InfoResult result;
  session.fillCommon(result, "info");
  result.warnings = halfDone(session, infos);
  for (const std::string& warning : result.warnings) session.log().warn(warning);
  if (current != nullptr && current->version()) result.schemaVersion = current->version()->text();
  text = infoTable(shown, session.environment().columns);
  text.insert(0, fmt::format("Schema version: {}\n\n", result.schemaVersion.value_or("<< Empty Schema >>")));
  if (!session.environment().json) return result;
  result.schemaName = session.schemaNameForJson();
  result.allSchemasEmpty = allSchemasEmpty(session);
  for (const MigrationInfo* info : shown) result.migrations.push_back(describe(*info));
  return result;
}

}  // namespace

InfoResult info(const Environment& environment) {
  Session session(environment);
  session.callbacks().fire("beforeInfo");
  std::string text;
  InfoResult result;
  try {
    result = gather(session, text);
  } catch (const Error&) {
    session.callbacks().fire("afterInfoError");
    throw;
  }
  session.callbacks().fire("afterInfo");
  session.callbacks().fireInPlace("afterInfoOperationFinish");
  session.log().info(text);
  return result;
}

}  // namespace whimbrel
