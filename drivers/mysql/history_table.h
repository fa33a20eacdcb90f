// The statements that create the schema history table, byte for byte the reference's (spec/commands.md
// section 11.1).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/database.h"
#include "drivers/mysql/server_facts.h"

namespace whimbrel::mysql {

std::vector<std::string> historyTableDdl(const ServerFacts& facts, const TableName& table,
                                         const std::string& tablespace,
                                         const std::optional<BaselineRow>& baseline);

}  // namespace whimbrel::mysql
