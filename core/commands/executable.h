// What a migration does when its turn comes: a SQL script's statements, or a program.
#pragma once

#include <functional>
#include <string>

#include "core/error.h"
#include "core/sql/splitter.h"

namespace whimbrel {

/// Follows a script statement by statement.
class StatementObserver {
 public:
  virtual ~StatementObserver() = default;
  /// Called before each statement; false when it is not to run because an earlier run has done it.
  virtual bool begin(const sql::Statement& statement) = 0;
  /// The statement that began goes to the database now: it may have been held back until here.
  virtual void send() = 0;
  /// The statement that began went well.
  virtual void end() = 0;
  /// What is to be told of the script's effects when it stops here: the statement that was sent was
  /// refused, or none was since the last end(). Goes behind a message.
  virtual std::string effects() = 0;
};

/// The Error of a run that was told to stop before the first statement of a script was sent: there is nothing
/// to repair, and no row.
class Interruption : public Error {
 public:
  using Error::Error;
};

/// Called around every statement of a script; any of them may be empty.
struct StatementEvents {
  std::function<void()> before;
  std::function<void()> after;
  std::function<void()> afterError;
  /// Nothing can hold the script back any more: a statement goes to the database, or the program starts.
  std::function<void()> send = {};
  StatementObserver* observer = nullptr;
};

class Executable {
 public:
  virtual ~Executable() = default;
  /// Whether it runs in a transaction of ours.
  virtual bool transactional() const = 0;
  /// Whether a failure can leave a part of its effects behind, when it runs in a transaction of ours or not.
  virtual bool canStopHalfway(bool inTransaction) const = 0;
  /// Gives every statement to `use`, without running any.
  virtual void visit(const std::function<void(const sql::Statement&)>& use) const = 0;
  /// Throws Error with the block that says what failed.
  virtual void execute(const StatementEvents& events) const = 0;
};

}  // namespace whimbrel
