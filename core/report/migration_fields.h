// How the fields of a list entry are shown, in tables and in JSON alike.
#pragma once

#include <string>
#include <string_view>

#include "core/state/migration_info.h"

namespace whimbrel {

/// "Versioned", "Repeatable", or "" for rows that stand for no script.
std::string_view category(const MigrationInfo& info);
/// "" without version.
std::string versionText(const MigrationInfo& info);
/// Absolute path of the script that pairs with the entry, "" when there is none.
std::string filePath(const MigrationInfo& info);
/// "00:01.234s"
std::string duration(long long milliseconds);
/// The time as JSON's installedOn has it: with a fraction of at least one digit and no trailing zeros.
std::string installedOnText(std::string_view installedOn);
/// The same moment, taken as local time of this process, in UTC as ISO 8601; "" for a text that is no time.
std::string installedOnUtc(std::string_view installedOn);

}  // namespace whimbrel
