// Replaces `${name}` in scripts while they are read (spec/migrations.md section 10).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/config/settings.h"
#include "core/text/reader.h"

namespace whimbrel {

/// Names (lower case) and their values: those of the configuration and the built-in `flyway:…` ones.
class Placeholders {
 public:
  /// Prefix and suffix must not be empty; parseSettings sees to that.
  explicit Placeholders(const Settings& settings);

  /// Sets a built-in one, for example ("flyway:database", "app"). Scripts name it with placeholderSeparator
  /// for the ':'.
  void set(std::string_view name, std::string value);
  /// The value, name in any case; absent when there is none.
  std::optional<std::string> find(std::string_view name) const;
  /// A copy that also knows `${flyway:filename}`.
  Placeholders withFilename(std::string_view filename) const;
  /// A copy that replaces nothing, for a script whose `.conf` says placeholderReplacement=false.
  Placeholders disabled() const;

  /// False with placeholderReplacement=false: texts are left as they are.
  bool enabled() const { return enabled_; }
  /// Names, in lower case, and values of all.
  const std::map<std::string, std::string, std::less<>>& values() const { return values_; }
  const std::string& prefix() const { return prefix_; }
  const std::string& suffix() const { return suffix_; }

 private:
  bool enabled_;
  std::string prefix_;
  std::string suffix_;
  std::string separator_;
  std::map<std::string, std::string, std::less<>> values_;
};

/// `text` with placeholders replaced as it is read. read() gives everything before a placeholder that has no
/// value, and the call after that throws Error ("No value provided for placeholder: ${x}.  Check your
/// configuration!"). Both arguments must outlive the reader.
std::unique_ptr<Reader> replacePlaceholders(Reader& text, const Placeholders& placeholders);

/// The whole of `text` replaced at once.
std::string replacePlaceholders(std::string_view text, const Placeholders& placeholders);

}  // namespace whimbrel
