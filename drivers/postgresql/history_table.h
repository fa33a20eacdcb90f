// The statements that create the schema history table, byte for byte the reference's (spec/commands.md
// section 11.1).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/database.h"

namespace whimbrel::postgresql {

/// With a tablespace, the key and the index go there, too (spec/commands.md section 14).
std::vector<std::string> historyTableDdl(const TableName& table, const std::string& tablespace,
                                         const std::optional<BaselineRow>& baseline);

}  // namespace whimbrel::postgresql
