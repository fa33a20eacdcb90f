// A migration's version: numbers separated by dots (spec/migrations.md section 5).
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whimbrel {

/// Compared part by part as numbers of any size, missing parts being 0: 1 = 1.0 = 01. Keeps its spelling.
class Version {
 public:
  /// Throws Error "Version may only contain 0..9 and . (dot). Invalid version: …"; '_' counts as '.'.
  static Version parse(std::string_view text);
  /// Absent where parse() would throw.
  static std::optional<Version> tryParse(std::string_view text);

  /// The spelling, with '_' already turned into '.'.
  const std::string& text() const { return text_; }

  std::strong_ordering operator<=>(const Version& other) const;
  bool operator==(const Version& other) const { return (*this <=> other) == std::strong_ordering::equal; }

 private:
  struct Part {
    bool negative = false;
    std::string digits;  ///< without leading zeros; "" is 0
    std::strong_ordering operator<=>(const Part& other) const;
    bool operator==(const Part& other) const = default;
  };
  std::string text_;
  std::vector<Part> parts_;
};

}  // namespace whimbrel
