// What is wrong between scripts and history (spec/commands.md section 5.2). Pure, like migration_info.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/state/ignore_patterns.h"
#include "core/state/migration_info.h"

namespace whimbrel {

struct ValidationError {
  const MigrationInfo* info;
  ErrorCode code;
  std::string message;
};

/// Whether pending and outdated migrations are errors: in the validate command they are, before a migrate
/// they are not.
enum class PendingMigrations { AreErrors, AreFine };

/// At most one error per entry, in list order.
std::vector<ValidationError> findValidationErrors(const MigrationInfos& infos, const IgnorePatterns& ignored,
                                                  PendingMigrations pending);

}  // namespace whimbrel
