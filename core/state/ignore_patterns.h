// Which migrations a user does not want to hear about: the four ignore…Migrations keys and
// ignoreMigrationPatterns, which replaces them in newer Flyway, as one question.
#pragma once

#include <string>
#include <vector>

#include "core/config/settings.h"
#include "core/state/migration_info.h"

namespace whimbrel {

class IgnorePatterns {
 public:
  /// Throws Error for a pattern that is not `type:state`.
  explicit IgnorePatterns(const Settings& settings);

  /// Whether an entry in `state` (Pending, Ignored, Missing or Future; the failed kinds of the latter count
  /// as those) is to be ignored.
  bool ignores(const MigrationInfo& info, State state) const;

 private:
  struct Pattern {
    std::string type;   ///< "*", "versioned" or "repeatable"
    std::string state;  ///< "*", "missing", "pending", "ignored" or "future"
  };
  static Pattern parse(const std::string& text);
  std::vector<Pattern> patterns_;
};

}  // namespace whimbrel
