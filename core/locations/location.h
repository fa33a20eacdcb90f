// A configured location taken apart (spec/migrations.md section 1).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/log.h"

namespace whimbrel {

enum class LocationKind { Filesystem, ClassPath, S3 };

struct Location {
  LocationKind kind;
  std::string prefix;  ///< "filesystem:"
  std::string path;    ///< without doubled and trailing slashes; of an s3: one "bucket/prefix", in which
                       ///< doubled slashes stay
  std::string encoding =
      {};  ///< of its files, from ";encoding=NAME" behind the path; empty: the configured one

  std::string text() const { return prefix + path; }
  /// In keys of S3, * and ? are characters like others.
  bool hasWildcard() const {
    return kind != LocationKind::S3 && path.find_first_of("*?") != std::string::npos;
  }
};

/// Throws Error for a prefix that nobody knows or that is not supported, and for an encoding that does not
/// exist.
Location parseLocation(std::string_view text);

/// Sorted; of equal ones, and of one below another, only the first is kept, with a warning. Throws Error when
/// the one that would go says another encoding.
std::vector<Location> parseLocations(const std::vector<std::string>& texts, Log& log);

}  // namespace whimbrel
