#include "core/commands/clean.h"

#include <fmt/format.h>

#include "core/commands/commands.h"
#include "core/commands/stopwatch.h"
#include "core/error.h"
#include "core/report/error_block.h"
#include "core/report/migration_fields.h"

namespace whimbrel {

namespace {

void requireEnabled(const Settings& settings) {
  if (!settings.cleanDisabled.value_or(true)) return;
  std::string text =
      "Unable to execute clean as it has been disabled with the \"flyway.cleanDisabled\" property.";
  if (!settings.cleanDisabled)
    text += "\nIt is disabled unless configured otherwise. To allow it, set -cleanDisabled=false.";
  throw Error(text);
}

/// Whether the schemas were made by a migrate or baseline, so that they go with their content. A history that
/// can't be read is said so and counts as no.
bool schemasWereCreated(Session& session) {
  try {
    const std::vector<AppliedMigration>& rows = session.history().rows();
    return !rows.empty() && rows.front().type == "SCHEMA";
  } catch (const Error& error) {
    session.log().error("Error while checking whether the schemas should be dropped\n" + error.message());
    return false;
  }
}

/// One cleaning of all schemas, with its lines.
class Cleaning {
 public:
  explicit Cleaning(Session& session) : session_(session), drops_(schemasWereCreated(session)) {}

  CleanResult run() {
    {
      const Stopwatch stopwatch;
      say("Successfully dropped pre-schema database level objects", stopwatch);
    }
    for (const std::string& schema : session_.schemas()) clean(schema);
    {
      const Stopwatch stopwatch;
      say("Successfully dropped post-schema database level objects", stopwatch);
    }
    if (drops_)
      for (const std::string& schema : session_.schemas()) drop(schema);
    return result_;
  }

 private:
  void say(std::string_view what, const Stopwatch& stopwatch) {
    session_.log().info(fmt::format("{} (execution time {})", what, duration(stopwatch.milliseconds())));
  }

  std::string quoted(const std::string& schema) { return session_.database().quote(schema); }

  bool exists(const std::string& schema) { return session_.database().schemaExists(schema); }

  void warn(const std::string& text) {
    session_.log().warn(text);
    result_.warnings.push_back(text);
  }

  void clean(const std::string& schema) {
    const Stopwatch stopwatch;
    if (!exists(schema)) return warn(fmt::format("Unable to clean unknown schema: {}", quoted(schema)));
    try {
      Transaction transaction(session_.database());
      session_.database().cleanSchema(schema);
      transaction.commit();
    } catch (const SqlError& error) {
      // A schema that goes anyway need not come out empty.
      if (!drops_) throw databaseError(fmt::format("Unable to clean schema {}", quoted(schema)), error);
    }
    if (!drops_) result_.schemasCleaned.push_back(schema);
    say(fmt::format("Successfully cleaned schema {}", quoted(schema)), stopwatch);
  }

  void drop(const std::string& schema) {
    const Stopwatch stopwatch;
    try {
      session_.database().dropSchema(schema);
    } catch (const SqlError&) {
      session_.log().warn(fmt::format("Unable to drop schema {}. It was cleaned instead.", quoted(schema)));
      result_.schemasCleaned.push_back(schema);
      return;
    }
    result_.schemasDropped.push_back(schema);
    say(fmt::format("Successfully dropped schema {}", quoted(schema)), stopwatch);
  }

  Session& session_;
  bool drops_;
  CleanResult result_;
};

}  // namespace

CleanResult cleanSchemas(Session& session) {
  requireEnabled(session.settings());
  session.callbacks().fire("beforeClean");
  CleanResult result;
  try {
    session.restore();
    result = Cleaning(session).run();
  } catch (const Error&) {
    session.callbacks().fire("afterCleanError");
    throw;
  }
  session.history().forget();
  session.callbacks().fire("afterClean");
  return result;
}

CleanResult clean(const Environment& environment) {
  Session session(environment);
  CleanResult result = cleanSchemas(session);
  session.fillCommon(result, "clean");
  return result;
}

}  // namespace whimbrel
