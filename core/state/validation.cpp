#include "core/state/validation.h"

#include <fmt/format.h>

namespace whimbrel {

namespace {

/// The checks of one list; each looks at an entry and gives its error, if it has that kind.
class Validation {
 public:
  Validation(const MigrationInfos& infos, const IgnorePatterns& ignored, PendingMigrations pending)
      : ignored_(ignored), pending_(pending) {
    for (const MigrationInfo& info : infos.all)
      if (info.applied && info.applied->type == "BASELINE") baseline_ = info.applied->version;
  }

  std::optional<ValidationError> check(const MigrationInfo& info) const {
    if (info.state == State::AboveTarget || info.state == State::Deleted || info.state == State::Undone)
      return {};
    if (facts(info.state).failed) return checkFailed(info);
    if (info.applied && !info.resolved) return checkNotResolved(info);
    if (!info.applied) return checkNotApplied(info);
    if (info.state == State::Outdated && pendingIsError(info)) {
      return error(
          info, ErrorCode::OutdatedRepeatableMigration,
          fmt::format(
              "Detected outdated resolved repeatable migration that should be re-applied to database: "
              "{}. Run migrate to execute this migration.",
              info.description()));
    }
    return checkMismatch(info);
  }

 private:
  static ValidationError error(const MigrationInfo& info, ErrorCode code, std::string message) {
    return {&info, code, std::move(message)};
  }

  bool pendingIsError(const MigrationInfo& info) const {
    return pending_ == PendingMigrations::AreErrors && !ignored_.ignores(info, State::Pending);
  }

  std::optional<ValidationError> checkFailed(const MigrationInfo& info) const {
    if (info.state == State::FailedFuture && ignored_.ignores(info, State::Future)) return {};
    constexpr std::string_view advice =
        "Please remove any half-completed changes then run repair to fix the schema history.";
    if (!info.version()) {
      return error(info, ErrorCode::FailedRepeatableMigration,
                   fmt::format("Detected failed repeatable migration: {}. {}", info.description(), advice));
    }
    return error(info, ErrorCode::FailedVersionedMigration,
                 fmt::format("Detected failed migration to version {} ({}). {}", info.version()->text(),
                             info.description(), advice));
  }

  std::optional<ValidationError> checkNotResolved(const MigrationInfo& info) const {
    const bool exempt =
        info.applied->synthetic() || info.state == State::Superseded || info.state == State::Success;
    if (exempt) return {};
    if (ignored_.ignores(info, info.state)) return {};
    return error(
        info,
        info.version() ? ErrorCode::AppliedVersionedMigrationNotResolved
                       : ErrorCode::AppliedRepeatableMigrationNotResolved,
        fmt::format("Detected applied migration not resolved locally: {}. If you removed this migration "
                    "intentionally, run repair to mark the migration as deleted.",
                    identifier(info)));
  }

  std::optional<ValidationError> checkNotApplied(const MigrationInfo& info) const {
    const ErrorCode code = info.version() ? ErrorCode::ResolvedVersionedMigrationNotApplied
                                          : ErrorCode::ResolvedRepeatableMigrationNotApplied;
    const std::string_view kind = info.version() ? "" : "repeatable ";
    if (info.state == State::Ignored && info.resolved->shouldExecute &&
        !ignored_.ignores(info, State::Ignored)) {
      return error(
          info, code,
          fmt::format(
              "Detected resolved {}migration not applied to database: {}. To ignore this migration, set "
              "-ignoreIgnoredMigrations=true. To allow executing this migration, set -outOfOrder=true.",
              kind, identifier(info)));
    }
    if (info.state == State::Pending && pendingIsError(info)) {
      return error(
          info, code,
          fmt::format(
              "Detected resolved {}migration not applied to database: {}. To fix this error, either run "
              "migrate, or set -ignorePendingMigrations=true.",
              kind, identifier(info)));
    }
    return {};
  }

  std::optional<ValidationError> checkMismatch(const MigrationInfo& info) const {
    const AppliedMigration& row = *info.applied;
    const Migration& script = *info.resolved;
    if (row.synthetic() || (row.version && baseline_ && *row.version <= *baseline_)) return {};
    const std::string subject = row.version ? "version " + row.version->text() : row.script;
    if (row.type != script.type)
      return mismatch(info, ErrorCode::TypeMismatch, "type", subject, row.type, script.type);
    // A repeatable whose checksum differs is Outdated or Superseded, which is another matter.
    if (row.version && row.checksum != script.checksum) {
      return mismatch(info, ErrorCode::ChecksumMismatch, "checksum", subject,
                      row.checksum ? std::to_string(*row.checksum) : "null", std::to_string(script.checksum));
    }
    const std::string local = historyDescription(script.description);
    if (row.description != local)
      return mismatch(info, ErrorCode::DescriptionMismatch, "description", subject, row.description, local);
    return {};
  }

  static ValidationError mismatch(const MigrationInfo& info, ErrorCode code, std::string_view what,
                                  const std::string& subject, const std::string& applied,
                                  const std::string& local) {
    return error(
        info, code,
        fmt::format(
            "Migration {} mismatch for migration {}\n-> Applied to database : {}\n-> Resolved locally    "
            ": {}. Either revert the changes to the migration, or run repair to update the schema "
            "history.",
            what, subject, applied, local));
  }

  static std::string identifier(const MigrationInfo& info) {
    return info.version() ? info.version()->text() : info.description();
  }

  const IgnorePatterns& ignored_;
  PendingMigrations pending_;
  std::optional<Version> baseline_;
};

}  // namespace

std::vector<ValidationError> findValidationErrors(const MigrationInfos& infos, const IgnorePatterns& ignored,
                                                  PendingMigrations pending) {
  const Validation validation(infos, ignored, pending);
  std::vector<ValidationError> errors;
  for (const MigrationInfo& info : infos.all)
    if (std::optional<ValidationError> error = validation.check(info)) errors.push_back(std::move(*error));
  return errors;
}

}  // namespace whimbrel
