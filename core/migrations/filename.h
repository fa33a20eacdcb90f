// What the name of a file says: kind, version, description (spec/migrations.md section 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/settings.h"
#include "core/version/version.h"

namespace whimbrel {

enum class FileKind {
  Other,     ///< without a migration suffix: nobody looks at it
  Unusable,  ///< with a suffix, but no migration or callback; `problem` says why
  Versioned,
  Repeatable,
  Undo,
  Baseline,
  Callback,
};

struct FileName {
  FileKind kind = FileKind::Other;
  bool isProgram = false;          ///< "V1__x.sh", with scriptMigrations
  std::string event;               ///< of a callback
  std::optional<Version> version;  ///< of versioned, undo and baseline migrations
  std::string description;         ///< with '_' turned into blanks
  std::string rawName;             ///< what `${flyway:filename}` gives
  std::string problem;             ///< the line for validateMigrationNaming; empty: the name is right
};

class FileNameRules {
 public:
  explicit FileNameRules(const Settings& settings);
  /// `name` is the last part of the path.
  FileName parse(std::string_view name) const;

 private:
  struct Prefix {
    std::string text;
    FileKind kind;
    bool versioned;  ///< whether a version stands behind it
  };
  struct Suffix {
    std::string text;
    bool program;
  };
  /// `example` is what should stand behind the prefix or the version.
  static FileName parseVersioned(std::string_view name, const Prefix& prefix, std::string_view version,
                                 std::string_view example);
  static FileName parseUnversioned(std::string_view name, const Prefix& prefix, std::string_view version,
                                   std::string_view example);
  void addPrefix(std::string_view text, FileKind kind);
  const Prefix* findPrefix(std::string_view name) const;
  const Suffix* findSuffix(std::string_view name) const;
  FileName parse(std::string_view name, std::string_view suffix) const;

  std::vector<Prefix> prefixes_;  ///< longest first
  std::vector<Suffix> suffixes_;
  std::string separator_;
};

}  // namespace whimbrel
