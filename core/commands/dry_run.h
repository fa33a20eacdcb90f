// dryRunOutput: a command's SQL goes to a file instead of the database, which is only looked at.
#pragma once

#include <memory>
#include <string>

#include "core/commands/environment.h"

namespace whimbrel {

class SqlRecording;

/// Around the run of a command that can be rehearsed. Does nothing unless dryRunOutput is configured.
class DryRun {
 public:
  /// Throws Error for a file that can't be written.
  explicit DryRun(const Environment& environment);
  DryRun(const DryRun&) = delete;
  DryRun& operator=(const DryRun&) = delete;
  /// Without finish() there is no file: half of the SQL must not be taken for all of it.
  ~DryRun();

  /// What the command has to work with; lives as long as this.
  const Environment& environment() const { return environment_; }

  /// From now on nothing reaches the database but questions. What was run before, to set up the session, is
  /// in the file as well.
  void begin();
  /// Puts the file in its place and says so. Gives what a JSON document says about it; empty without a dry
  /// run.
  std::string finish();

 private:
  std::shared_ptr<SqlRecording> recording_;  ///< shared with the databases that are opened; null: no dry run
  std::unique_ptr<Log> log_;
  Environment environment_;
};

}  // namespace whimbrel
