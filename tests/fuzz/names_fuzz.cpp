// The readers of names: files of a location, versions, wildcards. The first line is a pattern, the rest a
// file's name.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/locations/script_config.h"
#include "core/locations/wildcard.h"
#include "core/migrations/filename.h"
#include "core/text/strings.h"

namespace {

using namespace whimbrel;

void require(bool condition) {
  if (!condition) std::abort();
}

/// The defaults, and what else is allowed: no separator to speak of, prefixes that begin alike, any suffix.
std::array<Settings, 3> differentSettings() {
  std::array<Settings, 3> all;
  all[1].scriptMigrations = true;
  all[1].sqlMigrationPrefix = "";
  all[1].sqlMigrationSeparator = "_";
  all[2].sqlMigrationPrefix = "R";
  all[2].repeatableSqlMigrationPrefix = "RR";
  all[2].undoSqlMigrationPrefix = "RRR";
  all[2].sqlMigrationSuffixes = {"", ".ddl"};
  return all;
}

void readFileName(const FileNameRules& rules, std::string_view name) {
  const FileName file = rules.parse(name);
  const bool versioned =
      file.kind == FileKind::Versioned || file.kind == FileKind::Undo || file.kind == FileKind::Baseline;
  require(file.version.has_value() == versioned);
  require((file.kind == FileKind::Callback) != file.event.empty());
  require(file.description.find('_') == std::string::npos);
}

void compareVersions(std::string_view one, std::string_view other) {
  const std::optional<Version> a = Version::tryParse(one);
  const std::optional<Version> b = Version::tryParse(other);
  if (a) require(*Version::tryParse(a->text()) == *a);
  if (a && b) require((*a < *b) == (*b > *a) && (*a == *b) == (*b == *a));
}

/// A pattern with many ** takes long to match, and only its owner waits for it.
void matchPath(const std::string& pattern, std::string_view path) {
  if (split(replaceAll(pattern, "**", "\n"), '\n').size() > 5) return;
  if (const auto script = WildcardPath(pattern).match(path)) require(path.ends_with(*script));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::array<Settings, 3> settings = differentSettings();
  std::string_view name(reinterpret_cast<const char*>(data), size);
  const std::string_view pattern = cutAt(name, '\n');
  for (const Settings& each : settings) readFileName(FileNameRules(each), name);
  compareVersions(pattern, name);
  isScriptConfig(name);
  matchPath(std::string(pattern), name);
  matchesName(pattern, name);
  return 0;
}
