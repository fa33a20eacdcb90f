// Up to which version to migrate: the `target` key (spec/migrations.md section 6).
#pragma once

#include <optional>
#include <string_view>

#include "core/version/version.h"

namespace whimbrel {

struct Target {
  enum class Kind { Latest, Current, Next, Version };
  Kind kind = Kind::Latest;
  std::optional<Version> version;  ///< of Kind::Version
  /// "5?": no error when no migration has this version.
  bool mayBeMissing = false;

  /// Throws Error for what is neither a word nor a version.
  static Target parse(std::string_view text);
};

}  // namespace whimbrel
