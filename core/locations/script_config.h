// The file "V1__a.sql.conf" beside a script (spec/migrations.md section 11).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/text/reader.h"

namespace whimbrel {

struct ScriptConfig {
  std::optional<bool> executeInTransaction;
  std::optional<bool> placeholderReplacement;
  bool shouldExecute = true;
  std::string encoding;  ///< empty: the configured one
};

/// Whether a file is one by its name, whose letter case does not matter.
bool isScriptConfig(std::string_view filename);

/// What `${NAME}` in such a file gives.
std::map<std::string, std::string> processEnvironment();

/// Throws Error for a key that nobody knows, a value that is none, and an encoding that does not exist.
ScriptConfig parseScriptConfig(std::string_view text, const std::map<std::string, std::string>& environment);

/// All of the `.conf` file that `open` opens. Throws Error "Unable to read config" with the reason as its
/// cause; `path` is for that.
std::string readScriptConfig(const std::function<std::unique_ptr<Reader>()>& open, std::string_view encoding,
                             std::string_view path);

}  // namespace whimbrel
