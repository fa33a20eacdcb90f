#include <fmt/format.h>

#include "core/commands/commands.h"
#include "core/commands/half_done.h"
#include "core/commands/session.h"
#include "core/commands/stopwatch.h"
#include "core/error.h"
#include "core/report/error_block.h"
#include "core/report/migration_fields.h"

namespace whimbrel {

namespace {

/// Repair looks at everything: neither target nor outOfOrder hide an entry.
StateOptions everything() { return {Target{}, true, {}}; }

/// The three steps of spec/commands.md section 7, in one transaction.
class Repair {
 public:
  explicit Repair(Session& session) : session_(session) {}

  RepairResult run() {
    if (!session_.history().exists()) {
      say("Repair of failed migration in Schema History table {} not necessary as table doesn't exist.");
      // Locations that contradict themselves are refused even where there is nothing to repair.
      session_.migrations();
    } else {
      repairTable();
    }
    summarise();
    return result_;
  }

 private:
  void repairTable() {
    try {
      Transaction transaction(session_.database());
      removeFailed();
      markMissingAsDeleted();
      align();
      halfDone_ = releaseHalfDone(session_);
      transaction.commit();
    } catch (const SqlError& error) {
      throw databaseError("Unable to repair Schema History table " + session_.history().quotedName(), error);
    }
  }

  void say(fmt::format_string<std::string> text) {
    session_.log().info(fmt::format(text, session_.history().quotedName()));
  }

  void removeFailed() {
    for (const AppliedMigration& row : session_.history().removeFailed())
      result_.migrationsRemoved.push_back({row.version ? row.version->text() : "", row.description, ""});
    if (result_.migrationsRemoved.empty())
      return say(
          "Repair of failed migration in Schema History table {} not necessary. No failed migration "
          "detected.");
    result_.repairActions.push_back("Removed failed migrations");
  }

  bool isMissing(const MigrationInfo& info) const {
    const bool missing = info.state == State::Missing || info.state == State::FailedMissing;
    const bool future = info.state == State::Future || info.state == State::FailedFuture;
    return (missing || future) && !info.applied->synthetic();
  }

  void markMissingAsDeleted() {
    const MigrationInfos infos = session_.infos(everything());
    // Copies: adding rows moves the ones that the list points to.
    std::vector<AppliedMigration> missing;
    for (const MigrationInfo& info : infos.all)
      if (isMissing(info)) missing.push_back(*info.applied);
    for (AppliedMigration& row : missing) {
      session_.log().info(fmt::format("Repairing Schema History table for {} (Marking as DELETED)  ...",
                                      row.version ? fmt::format("version \"{}\"", row.version->text())
                                                  : fmt::format("description \"{}\"", row.description)));
      result_.migrationsDeleted.push_back({row.version ? row.version->text() : "", row.description, ""});
      row.type = "DELETE";
      row.executionTime = 0;
      session_.history().add(row);
    }
    if (!missing.empty()) result_.repairActions.push_back("Deleted missing migrations");
  }

  static bool needsAligning(const MigrationInfo& info) {
    if (info.applied == nullptr || info.resolved == nullptr) return false;
    const AppliedMigration& row = *info.applied;
    const Migration& script = *info.resolved;
    if (row.synthetic() || info.state == State::Ignored || info.state == State::Undone) return false;
    if (!row.version)
      return script.equivalentChecksum && row.checksum == script.equivalentChecksum &&
             row.checksum != script.checksum;
    return row.checksum != script.checksum || row.type != script.type ||
           row.description != historyDescription(script.description);
  }

  void align() {
    const MigrationInfos infos = session_.infos(everything());
    for (const MigrationInfo& info : infos.all) {
      if (!needsAligning(info)) continue;
      const Migration& script = *info.resolved;
      session_.log().info(fmt::format(
          "Repairing Schema History table for version {} (Description: {}, Type: {}, Checksum: {})  ...",
          script.version ? script.version->text() : "null", script.description, script.type,
          script.checksum));
      session_.history().align(*info.applied, script.description, script.type, script.checksum);
      result_.migrationsAligned.push_back({versionText(info), info.applied->description, filePath(info)});
    }
    if (!result_.migrationsAligned.empty())
      result_.repairActions.push_back("Aligned applied migration checksums");
  }

  void summarise() {
    session_.log().info(fmt::format("Successfully repaired schema history table {} (execution time {}).",
                                    session_.history().quotedName(), duration(stopwatch_.milliseconds())));
    if (!result_.migrationsDeleted.empty()) {
      session_.log().info(
          "Please ensure the previous contents of the deleted migrations are removed from the database, or "
          "moved into an existing migration.");
    }
    if (!result_.migrationsRemoved.empty() && !session_.database().facts().transactionalDdl)
      session_.log().info(
          "Manual cleanup of the remaining effects of the failed migration may still be required.");
    for (const std::string& text : halfDone_) session_.log().info(text);
  }

  Session& session_;
  Stopwatch stopwatch_;
  RepairResult result_;
  std::vector<std::string> halfDone_;
};

}  // namespace

RepairResult repair(const Environment& environment) {
  Session session(environment);
  session.callbacks().fire("beforeRepair");
  RepairResult result;
  try {
    result = Repair(session).run();
  } catch (const Error&) {
    session.callbacks().fire("afterRepairError");
    throw;
  }
  session.callbacks().fire("afterRepair");
  session.fillCommon(result, "repair");
  return result;
}

}  // namespace whimbrel
