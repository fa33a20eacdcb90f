// All events that a SQL callback can be named after (spec/migrations.md sections 12 and 15).
#pragma once

#include <array>
#include <string_view>

namespace whimbrel {

struct CallbackEvent {
  std::string_view name;
  bool fires;  ///< false: only the name is known, so that such a file is a callback (that never runs) and no
               ///< mistake
};

inline constexpr auto callbackEvents = std::to_array<CallbackEvent>({
    {"beforeMigrate", true},
    {"afterMigrate", true},
    {"afterMigrateApplied", true},
    {"afterMigrateError", true},
    {"afterMigrateOperationFinish", true},
    {"beforeEachMigrate", true},
    {"afterEachMigrate", true},
    {"afterEachMigrateError", true},
    {"beforeEachMigrateStatement", true},
    {"afterEachMigrateStatement", true},
    {"afterEachMigrateStatementError", true},
    {"afterVersioned", true},
    {"beforeRepeatables", true},
    {"beforeUndo", true},
    {"afterUndo", true},
    {"afterUndoError", true},
    {"afterUndoOperationFinish", true},
    {"beforeEachUndo", true},
    {"afterEachUndo", true},
    {"afterEachUndoError", true},
    {"beforeEachUndoStatement", true},
    {"afterEachUndoStatement", true},
    {"afterEachUndoStatementError", true},
    {"beforeValidate", true},
    {"afterValidate", true},
    {"afterValidateError", true},
    {"afterValidateOperationFinish", false},
    {"beforeInfo", true},
    {"afterInfo", true},
    {"afterInfoError", true},
    {"afterInfoOperationFinish", true},
    {"beforeClean", true},
    {"afterClean", true},
    {"afterCleanError", true},
    {"afterCleanOperationFinish", false},
    {"beforeBaseline", true},
    {"afterBaseline", true},
    {"afterBaselineError", true},
    {"afterBaselineOperationFinish", false},
    {"beforeRepair", true},
    {"afterRepair", true},
    {"afterRepairError", true},
    {"afterRepairOperationFinish", false},
    {"createSchema", true},
    {"beforeCreateSchema", true},
    {"beforeConnect", false},
    {"afterConnect", true},
    {"beforeDeploy", false},
    {"afterDeploy", false},
    {"afterDeployError", false},
});

}  // namespace whimbrel
