// What a statement does to the transaction and to the session, by its first words (MySQL's manual,
// "Statements That Cause an Implicit Commit").
#pragma once

#include <string_view>

#include "core/database.h"

namespace whimbrel::mysql {

StatementEffect statementEffect(std::string_view sql);

}  // namespace whimbrel::mysql
