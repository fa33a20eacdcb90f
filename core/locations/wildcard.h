// Locations with * and ? (spec/migrations.md section 3).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whimbrel {

class WildcardPath {
 public:
  /// `path` as configured: "db/*/sql", "sql/**/*.sql". Without * and ? it matches everything below itself.
  explicit WildcardPath(std::string_view path);

  /// The folder to search: the parts in front of the first with a wildcard; may be empty.
  const std::string& root() const { return root_; }

  /// The script of a file: the part of its path that counts for the history. `below` is the path from the
  /// root. Absent when the file does not match.
  std::optional<std::string_view> match(std::string_view below) const;

 private:
  std::string root_;
  std::vector<std::string> pattern_;
};

/// Whether a file or folder name fits: '?' is one character, '*' one or more.
bool matchesName(std::string_view pattern, std::string_view name);

}  // namespace whimbrel
