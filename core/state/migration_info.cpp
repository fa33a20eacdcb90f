#include "core/state/migration_info.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

constexpr StateFacts stateTable[] = {
    // text                applied resolved failed
    {"Pending", false, true, false},
    {"Above Target", false, true, false},
    {"Below Baseline", false, true, false},
    {"Ignored", false, true, false},
    {"Ignored (Baseline)", false, true, false},
    {"Deleted", true, false, false},
    {"Baseline", true, true, false},
    {"Missing", true, false, false},
    {"Failed (Missing)", true, false, true},
    {"Future", true, false, false},
    {"Failed (Future)", true, false, true},
    {"Failed", true, true, true},
    {"Outdated", true, true, false},
    {"Superseded", true, true, false},
    {"Out of Order", true, true, false},
    {"Undone", false, true, false},
    {"Success", true, true, false},
};

/// How a row's version or description is undone by a later row.
enum class Mark { Living, Deleted, Undone };

bool isUndo(const AppliedMigration& row) { return row.type.starts_with("UNDO_"); }

/// A row that stands for a script that ran and may still count as applied.
bool isScriptRow(const AppliedMigration& row) { return !row.synthetic() && !isUndo(row); }

bool sameChecksum(const Migration& script, const std::optional<std::int32_t>& checksum) {
  return checksum == script.checksum || (script.equivalentChecksum && checksum == script.equivalentChecksum);
}

/// Computes the list; its members are what the rules of spec/commands.md section 3 talk about.
class Computation {
 public:
  Computation(const std::vector<Migration>& resolved, const std::vector<AppliedMigration>& applied,
              const StateOptions& options)
      : resolved_(resolved), applied_(applied), options_(options) {
    pairUp();
    markDeletedAndUndone();
    findBounds();
    resolveTarget();
    chooseBaselineScript();
  }

  MigrationInfos list() const {
    MigrationInfos infos;
    infos.all.reserve(applied_.size() + resolved_.size());
    for (std::size_t i = 0; i < applied_.size(); ++i) {
      const Migration* script = scriptOf(applied_[i]);
      infos.all.push_back({script, &applied_[i], appliedState(i, script)});
    }
    std::vector<MigrationInfo> belowBaseline;
    for (const Migration& script : resolved_) {
      if (hasLivingRow(script)) continue;
      const State state = unappliedState(script);
      (state == State::BelowBaseline ? belowBaseline : infos.all).push_back({&script, nullptr, state});
    }
    // Rows come by rank and scripts come sorted, so only the scripts below the baseline have to move to the
    // front.
    infos.all.insert(infos.all.begin(), belowBaseline.begin(), belowBaseline.end());
    return infos;
  }

 private:
  template <typename Map, typename Name>
  static auto* find(const Map& map, const Name& name) {
    const auto found = map.find(name);
    return found == map.end() ? nullptr : &found->second;
  }

  void pairUp() {
    for (const Migration& script : resolved_) {
      if (script.version) {
        (isBaselineScript(script.type) ? baselineByVersion_ : scriptByVersion_)
            .emplace(*script.version, &script);
        lastResolved_ = lastResolved_ ? std::max(*lastResolved_, *script.version) : *script.version;
      } else {
        scriptByDescription_.emplace(historyDescription(script.description), &script);
      }
    }
    for (std::size_t i = 0; i < applied_.size(); ++i) {
      const AppliedMigration& row = applied_[i];
      if (!row.version && row.type != "SCHEMA") latestByDescription_[row.description] = i;
    }
  }

  void markDeletedAndUndone() {
    marks_.assign(applied_.size(), Mark::Living);
    // The latest row so far of each version and of each description, which a DELETE row may take back.
    std::map<Version, std::size_t> latestOfVersion;
    std::map<std::string, std::size_t> latestOfDescription;
    for (std::size_t i = 0; i < applied_.size(); ++i) {
      const AppliedMigration& row = applied_[i];
      const bool deletes = row.type == "DELETE" && row.success;
      const bool undoes = isUndo(row) && row.success && row.version;
      if (deletes || undoes) {
        const std::size_t* target =
            row.version ? find(latestOfVersion, *row.version) : find(latestOfDescription, row.description);
        if (target != nullptr) mark(*target, deletes ? Mark::Deleted : Mark::Undone);
      } else if (isScriptRow(row)) {
        if (row.version) {
          latestOfVersion.insert_or_assign(*row.version, i);
        } else {
          latestOfDescription.insert_or_assign(row.description, i);
        }
      }
    }
  }

  void mark(std::size_t index, Mark mark) {
    if (mark == Mark::Deleted && marks_[index] == Mark::Deleted) {
      const AppliedMigration& row = applied_[index];
      throw Error(ErrorCode::DuplicateDeletedMigration,
                  row.version
                      ? fmt::format("Corrupted schema history: multiple delete entries for version {}",
                                    row.version->text())
                      : fmt::format("Corrupted schema history: multiple delete entries for description {}",
                                    row.description));
    }
    marks_[index] = mark;
  }

  void findBounds() {
    outOfOrder_.assign(applied_.size(), false);
    for (std::size_t i = 0; i < applied_.size(); ++i) {
      const AppliedMigration& row = applied_[i];
      if (!row.version) continue;
      hasVersions_ = true;
      if (row.type == "BASELINE") baseline_ = row.version;
      if (row.type == "DELETE" || isUndo(row) || marks_[i] != Mark::Living) continue;
      if (isBaselineScript(row.type)) baseline_ = row.version;
      (isBaselineScript(row.type) ? livingBaselines_ : livingVersions_).insert(*row.version);
      if (lastApplied_ && *row.version <= *lastApplied_) {
        outOfOrder_[i] = true;
      } else {
        lastApplied_ = row.version;
      }
    }
  }

  void resolveTarget() {
    switch (options_.target.kind) {
      case Target::Kind::Latest:
        return;
      case Target::Kind::Current:
        // With nothing applied nothing versioned is wanted: everything is above.
        target_ = lastApplied_;
        nothingWanted_ = !lastApplied_;
        return;
      case Target::Kind::Next:
        chooseBaselineScript();
        for (const Migration& script : resolved_)
          if (script.version && !hasLivingRow(script) && unappliedState(script) == State::Pending) {
            target_ = script.version;
            return;
          }
        return;
      case Target::Kind::Version:
        break;
    }
    target_ = options_.target.version;
    if (options_.target.mayBeMissing || scriptByVersion_.contains(*target_) ||
        baselineByVersion_.contains(*target_))
      return;
    const bool known = std::ranges::any_of(
        applied_, [&](const AppliedMigration& row) { return row.version && *row.version == *target_; });
    if (!known) {
      throw Error(
          fmt::format("No migration with a target version {} could be found. Ensure target is specified "
                      "correctly and the migration exists.",
                      target_->text()));
    }
  }

  bool isAboveTarget(const Version& version) const {
    return nothingWanted_ || (target_ && version > *target_);
  }

  /// Where no version was ever applied, the highest baseline script stands for all versions up to its own.
  /// Versions that are picked one by one mean the versioned scripts.
  void chooseBaselineScript() {
    if (hasVersions_ || !options_.cherryPick.empty()) return;
    for (const auto& [version, script] : baselineByVersion_)
      if (!isAboveTarget(version) && script->shouldExecute) chosen_ = script;
    if (chosen_ != nullptr) baseline_ = chosen_->version;
  }

  const Migration* scriptOf(const AppliedMigration& row) const {
    if (row.type == "SCHEMA" || isUndo(row)) return nullptr;
    const auto& byVersion = isBaselineScript(row.type) ? baselineByVersion_ : scriptByVersion_;
    const auto* script =
        row.version ? find(byVersion, *row.version) : find(scriptByDescription_, row.description);
    return script == nullptr ? nullptr : *script;
  }

  bool isLatestOfDescription(std::size_t index) const {
    const std::size_t* latest = find(latestByDescription_, applied_[index].description);
    return latest != nullptr && *latest == index;
  }

  bool hasLivingRow(const Migration& script) const {
    if (script.version)
      return (isBaselineScript(script.type) ? livingBaselines_ : livingVersions_).contains(*script.version);
    const std::size_t* latest = find(latestByDescription_, historyDescription(script.description));
    return latest != nullptr && marks_[*latest] == Mark::Living && applied_[*latest].type != "DELETE" &&
           sameChecksum(script, applied_[*latest].checksum);
  }

  bool cherryPicked(const Migration& script) const {
    if (options_.cherryPick.empty()) return true;
    return std::ranges::any_of(options_.cherryPick,
                               [&](const std::string& item) { return picks(item, script); });
  }

  State unappliedState(const Migration& script) const {
    if (!script.shouldExecute) return State::Ignored;
    if (isBaselineScript(script.type)) return unappliedBaselineState(script);
    if (script.version) {
      if (baseline_ && *script.version <= *baseline_) return State::BelowBaseline;
      if (isAboveTarget(*script.version)) return State::AboveTarget;
      const bool outOfOrderAllowed = options_.outOfOrder || !options_.cherryPick.empty();
      if (lastApplied_ && *script.version < *lastApplied_ && !outOfOrderAllowed) return State::Ignored;
    }
    return cherryPicked(script) ? State::Pending : State::Ignored;
  }

  State unappliedBaselineState(const Migration& script) const {
    if (&script == chosen_) return State::Pending;
    return !hasVersions_ && isAboveTarget(*script.version) ? State::AboveTarget : State::IgnoredBaseline;
  }

  State missingState(const AppliedMigration& row) const {
    const bool future = row.version && (!lastResolved_ || *row.version >= *lastResolved_);
    if (future) return row.success ? State::Future : State::FailedFuture;
    return row.success ? State::Missing : State::FailedMissing;
  }

  State appliedState(std::size_t index, const Migration* script) const {
    const AppliedMigration& row = applied_[index];
    if (marks_[index] == Mark::Deleted) return State::Deleted;
    if (marks_[index] == Mark::Undone) return State::Undone;
    if (row.type == "DELETE" || row.type == "SCHEMA") return State::Success;
    if (row.type == "BASELINE") return State::Baseline;
    const bool latest = row.version || isLatestOfDescription(index);
    if (script == nullptr && latest) return isUndo(row) ? undoState(row) : missingState(row);
    if (!row.success) return State::Failed;
    if (!row.version) {
      if (!latest) return State::Superseded;
      return sameChecksum(*script, row.checksum) ? State::Success : State::Outdated;
    }
    return outOfOrder_[index] ? State::OutOfOrder : State::Success;
  }

  static State undoState(const AppliedMigration& row) { return row.success ? State::Success : State::Failed; }

  const std::vector<Migration>& resolved_;
  const std::vector<AppliedMigration>& applied_;
  const StateOptions& options_;
  std::map<Version, const Migration*> scriptByVersion_;
  std::map<std::string, const Migration*> scriptByDescription_;
  std::map<std::string, std::size_t> latestByDescription_;
  std::map<Version, const Migration*> baselineByVersion_;
  std::set<Version> livingVersions_;
  std::set<Version> livingBaselines_;
  std::vector<Mark> marks_;
  std::vector<bool> outOfOrder_;
  std::optional<Version> lastResolved_;
  std::optional<Version> lastApplied_;
  std::optional<Version> baseline_;
  std::optional<Version> target_;
  bool nothingWanted_ = false;
  bool hasVersions_ = false;           ///< the history knows of any version
  const Migration* chosen_ = nullptr;  ///< the baseline script that an empty database begins with
};

}  // namespace

const StateFacts& facts(State state) { return stateTable[static_cast<std::size_t>(state)]; }

bool picks(const std::string& item, const Migration& script) {
  if (!script.version) return item == script.description;
  const std::optional<Version> version = Version::tryParse(item);
  return version && *version == *script.version;
}

MigrationInfos computeState(const std::vector<Migration>& resolved,
                            const std::vector<AppliedMigration>& applied, const StateOptions& options) {
  return Computation(resolved, applied, options).list();
}

const MigrationInfo* MigrationInfos::current() const {
  const MigrationInfo* highest = nullptr;
  const MigrationInfo* last = nullptr;
  for (const MigrationInfo& info : all) {
    if (!facts(info.state).applied || info.state == State::Deleted || info.type() == "DELETE") continue;
    if (info.applied && isUndo(*info.applied)) continue;
    last = &info;
    if (info.version() && (highest == nullptr || *info.version() > *highest->version())) highest = &info;
  }
  return highest != nullptr ? highest : last;
}

std::vector<const MigrationInfo*> MigrationInfos::with(State state) const {
  std::vector<const MigrationInfo*> found;
  for (const MigrationInfo& info : all)
    if (info.state == state) found.push_back(&info);
  return found;
}

bool MigrationInfos::anyResolved() const {
  return std::ranges::any_of(all, [](const MigrationInfo& info) { return facts(info.state).resolved; });
}

std::optional<Version> MigrationInfos::lastResolvedVersion() const {
  const auto last = std::find_if(all.rbegin(), all.rend(), [](const MigrationInfo& info) {
    return facts(info.state).resolved && info.version();
  });
  return last == all.rend() ? std::nullopt : last->version();
}

std::string historyDescription(const std::string& description) {
  return utf16Length(description) <= 200 ? description : utf16Prefix(description, 197) + "...";
}

std::string historyScript(const std::string& script) {
  const std::size_t length = utf16Length(script);
  return length <= 1000 ? script : "..." + utf16Suffix(utf16Prefix(script, 1000), 997);
}

}  // namespace whimbrel
