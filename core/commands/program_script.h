// A migration that is a program: a shell or Python script, run by its interpreter
// (docs/script-migrations.md).
#pragma once

#include <string>
#include <vector>

#include "core/commands/executable.h"
#include "core/commands/script.h"

namespace whimbrel {

class ProgramScript : public Executable {
 public:
  /// Reads the script once, so that one that has changed since its checksum was computed is refused with an
  /// Error. The migration outlives the object.
  ProgramScript(const Migration& migration, const ScriptContext& context);

  /// Never: the program has a connection of its own, if any.
  bool transactional() const override { return false; }
  bool canStopHalfway(bool) const override { return false; }
  void visit(const std::function<void(const sql::Statement&)>&) const override {}
  /// There are no statements, and of the events only `send`. Throws Error unless the exit code is 0.
  void execute(const StatementEvents& events) const override;

 private:
  /// What the program finds in its environment: this program's own, without any FLYWAY_ variable, but with
  /// the connection (the password only if configured) and the placeholders.
  std::vector<std::string> environment() const;

  const Migration& migration_;
  const ScriptContext& context_;
};

}  // namespace whimbrel
