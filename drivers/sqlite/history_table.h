// The history table in SQLite's SQL, byte for byte as the reference writes it (spec/commands.md
// section 11.1).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/database.h"

namespace whimbrel::sqlite {

std::vector<std::string> historyTableDdl(const TableName& table, const std::optional<BaselineRow>& baseline);

}  // namespace whimbrel::sqlite
