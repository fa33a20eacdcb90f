// Migrations that are programs instead of SQL: `V1__x.sh` (spec/migrations.md section 15).
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace whimbrel {

struct ScriptLanguage {
  std::string_view suffix;
  std::string_view interpreter;  ///< looked for in PATH; gets the file as its only argument
};

inline constexpr auto scriptLanguages = std::to_array<ScriptLanguage>({
    {".sh", "sh"},
    {".bash", "bash"},
    {".py", "python3"},
});

/// By the end of a file's name; null when it is no such script.
inline const ScriptLanguage* findScriptLanguage(std::string_view filename) {
  const auto found = std::ranges::find_if(scriptLanguages, [&](const ScriptLanguage& language) {
    return filename.size() > language.suffix.size() && filename.ends_with(language.suffix);
  });
  return found == scriptLanguages.end() ? nullptr : &*found;
}

}  // namespace whimbrel
