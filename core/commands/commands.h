// The commands: each is one function in a file of its own, which reads like its section of spec/commands.md.
// All throw Error for what makes the run fail.
#pragma once

#include <string_view>

#include "core/commands/environment.h"
#include "core/report/results.h"

namespace whimbrel {

MigrateResult migrate(const Environment& environment);
InfoResult info(const Environment& environment);
ValidateResult validate(const Environment& environment);
BaselineResult baseline(const Environment& environment);
RepairResult repair(const Environment& environment);
CleanResult clean(const Environment& environment);
UndoResult undo(const Environment& environment);

struct Command {
  std::string_view name;
  Result (*run)(const Environment& environment);
  bool mayBeDryRun;  ///< with dryRunOutput it changes nothing
};

/// The command of that name ("migrate"); null for a name that is none's.
const Command* findCommand(std::string_view name);

}  // namespace whimbrel
