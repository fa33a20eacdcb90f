#include "core/state/validation.h"

#include <doctest/doctest.h>

#include "tests/unit/state/state_list.h"

using namespace whimbrel;

namespace {

struct Check {
  std::vector<Migration> scripts;
  std::vector<AppliedMigration> rows;
  Settings settings;
  PendingMigrations pending = PendingMigrations::AreErrors;

  std::vector<std::string> messages() const {
    const MigrationInfos infos = computeState(scripts, rows, {});
    std::vector<std::string> texts;
    for (const ValidationError& error : findValidationErrors(infos, IgnorePatterns(settings), pending))
      texts.push_back(std::string(name(error.code)) + " " + error.message);
    return texts;
  }
};

Migration script(const char* version, std::int32_t checksum = 0) {
  Migration migration;
  migration.version = Version::parse(version);
  migration.description = "d";
  migration.checksum = checksum;
  return migration;
}

Migration repeatable(const char* description, std::int32_t checksum) {
  Migration migration;
  migration.description = description;
  migration.checksum = checksum;
  return migration;
}

AppliedMigration row(const Migration& migration, bool success = true) {
  AppliedMigration applied;
  applied.version = migration.version;
  applied.description = migration.description;
  applied.type = "SQL";
  applied.checksum = migration.checksum;
  applied.success = success;
  return applied;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a history that fits has no errors") {
  Check check{{script("1"), repeatable("r", 3)}, {row(script("1")), row(repeatable("r", 3))}, {}};
  CHECK(check.messages().empty());
}

TEST_CASE("failed migrations are errors, whatever else is wrong with them") {
  Check check{
      {script("1", 5), repeatable("r", 3)}, {row(script("1"), false), row(repeatable("r", 3), false)}, {}};
  CHECK(check.messages() == Texts{"FAILED_VERSIONED_MIGRATION Detected failed migration to version 1 (d). "
                                  "Please remove any half-completed "
                                  "changes then run repair to fix the schema history.",
                                  "FAILED_REPEATABLE_MIGRATION Detected failed repeatable migration: r. "
                                  "Please remove any half-completed "
                                  "changes then run repair to fix the schema history."});
}

TEST_CASE("pending migrations are errors for validate only, and can be ignored") {
  Check check{{script("1")}, {}, {}};
  CHECK(check.messages() == Texts{"RESOLVED_VERSIONED_MIGRATION_NOT_APPLIED Detected resolved migration not "
                                  "applied to database: 1. To fix "
                                  "this error, either run migrate, or set -ignorePendingMigrations=true."});
  check.pending = PendingMigrations::AreFine;
  CHECK(check.messages().empty());
  check.pending = PendingMigrations::AreErrors;
  check.settings.ignorePendingMigrations = true;
  CHECK(check.messages().empty());
  check.settings.ignorePendingMigrations = false;
  check.settings.ignoreMigrationPatterns = {"repeatable:pending"};
  CHECK(check.messages().size() == 1);
  check.settings.ignoreMigrationPatterns = {"Versioned:Pending"};
  CHECK(check.messages().empty());
}

TEST_CASE("a changed repeatable gives two errors") {
  Check check{{repeatable("r", 2)}, {row(repeatable("r", 1))}, {}};
  CHECK(check.messages() ==
        Texts{"OUTDATED_REPEATABLE_MIGRATION Detected outdated resolved repeatable migration that should be "
              "re-applied to "
              "database: r. Run migrate to execute this migration.",
              "RESOLVED_REPEATABLE_MIGRATION_NOT_APPLIED Detected resolved repeatable migration not applied "
              "to database: r. "
              "To fix this error, either run migrate, or set -ignorePendingMigrations=true."});
  check.pending = PendingMigrations::AreFine;
  CHECK(check.messages().empty());
}

TEST_CASE("missing and future migrations") {
  Check check{{script("2")}, {row(script("1")), row(script("2")), row(script("3"))}, {}};
  const std::string missing =
      "APPLIED_VERSIONED_MIGRATION_NOT_RESOLVED Detected applied migration not resolved locally: 1. If you "
      "removed this "
      "migration intentionally, run repair to mark the migration as deleted.";
  CHECK(check.messages() == Texts{missing});
  check.settings.ignoreFutureMigrations = false;
  CHECK(check.messages().size() == 2);
  check.settings.ignoreMissingMigrations = true;
  CHECK(check.messages().size() == 1);
  check.settings.ignoreMigrationPatterns = {"*:*"};
  CHECK(check.messages().empty());
}

TEST_CASE("a failed future migration is ignored with the future ones") {
  Check check{{script("1")}, {row(script("1")), row(script("2"), false)}, {}};
  CHECK(check.messages().empty());
  check.settings.ignoreFutureMigrations = false;
  CHECK(check.messages().size() == 1);
}

TEST_CASE("ignored migrations") {
  Check check{{script("1"), script("2")}, {row(script("2"))}, {}};
  check.pending = PendingMigrations::AreFine;
  CHECK(check.messages() ==
        Texts{"RESOLVED_VERSIONED_MIGRATION_NOT_APPLIED Detected resolved migration not applied to database: "
              "1. To ignore "
              "this migration, set -ignoreIgnoredMigrations=true. To allow executing this migration, set "
              "-outOfOrder=true."});
  check.settings.ignoreIgnoredMigrations = true;
  CHECK(check.messages().empty());
}

TEST_CASE("mismatches are told one at a time: type, checksum, description") {
  AppliedMigration applied = row(script("1", 7));
  applied.type = "JDBC";
  applied.description = "old";
  Check check{{script("1", 5)}, {applied}, {}};
  const std::string end =
      ". Either revert the changes to the migration, or run repair to update the schema history.";
  CHECK(check.messages() ==
        Texts{"TYPE_MISMATCH Migration type mismatch for migration version 1\n-> Applied to database : "
              "JDBC\n-> Resolved locally    : SQL" +
              end});
  check.rows[0].type = "SQL";
  CHECK(check.messages() ==
        Texts{"CHECKSUM_MISMATCH Migration checksum mismatch for migration version 1\n-> Applied to "
              "database : 7\n-> Resolved locally    : 5" +
              end});
  check.rows[0].checksum.reset();
  CHECK(check.messages()[0].find("Applied to database : null\n") != std::string::npos);
  check.rows[0].checksum = 5;
  CHECK(check.messages() ==
        Texts{"DESCRIPTION_MISMATCH Migration description mismatch for migration version 1\n-> Applied "
              "to database : old\n-> Resolved locally    : d" +
              end});
}

TEST_CASE("rows at or below the baseline are not compared") {
  AppliedMigration baseline = row(script("2"));
  baseline.type = "BASELINE";
  Check check{{script("1", 5), script("2", 5)}, {row(script("1", 1)), baseline}, {}};
  CHECK(check.messages().empty());
}

TEST_CASE("a pattern that is none is refused") {
  Settings settings;
  for (const char* pattern : {"missing", "x:missing", "*:x"}) {
    settings.ignoreMigrationPatterns = {pattern};
    CHECK_THROWS_AS(IgnorePatterns{settings}, Error);
  }
}
