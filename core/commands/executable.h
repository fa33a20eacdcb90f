// What a migration does when its turn comes: a SQL script's statements, or a program.
#pragma once

#include <functional>

namespace whimbrel {

/// Called around every statement of a script; any of them may be empty.
struct StatementEvents {
  std::function<void()> before;
  std::function<void()> after;
  std::function<void()> afterError;
};

class Executable {
 public:
  virtual ~Executable() = default;
  /// Whether it runs in a transaction of ours.
  virtual bool transactional() const = 0;
  /// Throws Error with the block that says what failed.
  virtual void execute(const StatementEvents& events) const = 0;
};

}  // namespace whimbrel
