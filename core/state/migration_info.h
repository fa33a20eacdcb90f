// The pure heart: what lies in the locations and what stands in the history, put together into one list with
// a state for every entry. No database, no files. Every command reads this list and decides (spec/commands.md
// section 3).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/migrations/migration.h"
#include "core/state/applied_migration.h"
#include "core/state/target.h"

namespace whimbrel {

enum class State {
  Pending,
  AboveTarget,
  BelowBaseline,
  Ignored,
  IgnoredBaseline,
  Deleted,
  Baseline,
  Missing,
  FailedMissing,
  Future,
  FailedFuture,
  Failed,
  Outdated,
  Superseded,
  OutOfOrder,
  Undone,
  Success,
};

struct StateFacts {
  std::string_view text;  ///< as the info table shows it
  bool applied;
  bool resolved;
  bool failed;
};

const StateFacts& facts(State state);

/// A script that makes an empty database what all migrations up to its version would have made it, or its row
/// (spec/migrations.md section 15).
inline bool isBaselineScript(std::string_view type) { return type.ends_with("_BASELINE"); }

/// One line of the list: a script, a history row, or both.
struct MigrationInfo {
  const Migration* resolved = nullptr;
  const AppliedMigration* applied = nullptr;
  State state = State::Pending;

  /// Of the row if there is one, else of the script.
  const std::optional<Version>& version() const { return applied ? applied->version : resolved->version; }
  const std::string& description() const { return applied ? applied->description : resolved->description; }
  const std::string& type() const { return applied ? applied->type : resolved->type; }
  const std::string& script() const { return applied ? applied->script : resolved->script(); }
};

struct StateOptions {
  Target target;
  bool outOfOrder = false;
  /// Versions and repeatables' descriptions; when not empty nothing else is pending.
  std::vector<std::string> cherryPick;
};

/// The list, in the order in which info shows it. Points into the scripts and rows it was computed from,
/// which must outlive it.
struct MigrationInfos {
  std::vector<MigrationInfo> all;

  /// The entry whose version is the current one: the highest applied (failed ones included), or when nothing
  /// versioned is applied the last applied one, whose version is absent; null when nothing is applied.
  const MigrationInfo* current() const;
  std::vector<const MigrationInfo*> with(State state) const;
  bool anyResolved() const;
  /// Of the last entry that counts as resolved and has one.
  std::optional<Version> lastResolvedVersion() const;
};

/// `applied` in order of installed_rank. Throws Error for a target that no migration has and for a history in
/// which a migration is deleted twice.
MigrationInfos computeState(const std::vector<Migration>& resolved,
                            const std::vector<AppliedMigration>& applied, const StateOptions& options);

/// Whether an item of cherryPick names the script: a version, or a repeatable's description.
bool picks(const std::string& item, const Migration& script);

/// A description as the history can hold it: at most 200 characters, longer ones cut to 197 and "...".
std::string historyDescription(const std::string& description);
/// Likewise the script column: at most 1000, "..." and characters 4 to 1000.
std::string historyScript(const std::string& script);

}  // namespace whimbrel
