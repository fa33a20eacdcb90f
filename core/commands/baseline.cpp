#include "core/commands/baseline.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/commands/commands.h"
#include "core/error.h"

namespace whimbrel {

namespace {

constexpr std::string_view resetAdvice = "Need to reset your baseline? Learn more: https://rd.gt/3CdwkXD";
constexpr std::string_view cleanAdvice =
    "Delete the schema history table with the clean command, and run baseline again.";

/// The BASELINE row that an earlier baseline left: among the first two, since a SCHEMA row may come first.
const AppliedMigration* existingBaseline(const std::vector<AppliedMigration>& rows) {
  const auto end = rows.begin() + std::min<std::ptrdiff_t>(std::ssize(rows), 2);
  const auto found = std::ranges::find(rows.begin(), end, "BASELINE", &AppliedMigration::type);
  return found == end ? nullptr : &*found;
}

void requireSameBaseline(const AppliedMigration& row, const BaselineRow& wanted, Session& session) {
  const std::string existing = row.version ? row.version->text() : "";
  const bool same =
      row.version && *row.version == Version::parse(wanted.version) && row.description == wanted.description;
  if (!same) {
    throw Error(fmt::format(
        "Unable to baseline schema history table {} with ({},{}) as it has already been baselined with "
        "({},{})\n{}",
        session.history().quotedName(), wanted.version, wanted.description, existing, row.description,
        resetAdvice));
  }
  session.log().info(fmt::format("Schema history table {} already initialized with ({},{}). Skipping.",
                                 session.history().quotedName(), wanted.version, wanted.description));
}

/// What an existing history says to a baseline (the table in spec/commands.md section 6).
void checkExistingHistory(Session& session, const BaselineRow& wanted) {
  const std::vector<AppliedMigration>& rows = session.history().rows();
  const std::string subject = "Unable to baseline schema history table " + session.history().quotedName();
  if (const AppliedMigration* row = existingBaseline(rows)) return requireSameBaseline(*row, wanted, session);
  if (rows.empty())
    throw Error(fmt::format("{} as it already exists, and is empty.\n{}", subject, cleanAdvice));
  if (rows.front().type == "SCHEMA" && Version::parse(wanted.version) == Version::parse("0"))
    throw Error(subject + " with version 0 as this version was used for schema creation");
  if (std::ranges::any_of(rows, [](const AppliedMigration& row) { return !row.synthetic(); }))
    throw Error(fmt::format("{} as it already contains migrations\n{}", subject, resetAdvice));
  throw Error(
      fmt::format("{} as it already contains migrations.\n{}\n{}", subject, cleanAdvice, resetAdvice));
}

void writeBaseline(Session& session) {
  const BaselineRow row = configuredBaseline(session);
  if (session.history().exists()) return checkExistingHistory(session, row);
  session.createHistory(row, {});
  session.log().info("Successfully baselined schema with version: " + row.version);
}

void warnThatSchemasAreNotCreated(Log& log) {
  log.warn(
      "The configuration option 'createSchemas' is false.\n"
      "Even though Flyway is configured not to create any schemas, the schema history table still needs a "
      "schema to "
      "reside in.\n"
      "You must manually create a schema for the schema history table to reside in.\n"
      "See "
      "http://flywaydb.org/documentation/migrations#the-createschemas-option-and-the-schema-history-table");
}

}  // namespace

BaselineRow configuredBaseline(Session& session) {
  const std::string& description = session.settings().baselineDescription;
  return {Version::parse(session.settings().baselineVersion).text(), historyDescription(description),
          historyScript(description), session.history().installedBy()};
}

void baselineSchema(Session& session) {
  session.callbacks().fire("beforeBaseline");
  try {
    writeBaseline(session);
  } catch (const Error&) {
    session.callbacks().fire("afterBaselineError");
    throw;
  }
  session.callbacks().fire("afterBaseline");
}

BaselineResult baseline(const Environment& environment) {
  Session session(environment);
  if (environment.settings.createSchemas) {
    const std::vector<std::string> created = session.createMissingSchemas();
    if (!created.empty()) session.createHistory(configuredBaseline(session), created);
  } else {
    warnThatSchemasAreNotCreated(environment.log);
  }
  baselineSchema(session);

  BaselineResult result;
  session.fillCommon(result, "baseline");
  result.successfullyBaselined = true;
  result.baselineVersion = configuredBaseline(session).version;
  return result;
}

}  // namespace whimbrel
