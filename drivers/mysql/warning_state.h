// SQL states of warnings. SHOW WARNINGS has none; MySQL's Java driver derives them from the error number,
// MariaDB's leaves them empty (spec/sql-parsing.md section 9).
#pragma once

#include <string_view>

namespace whimbrel::mysql {

/// What `jdbc:mysql:` shows for a warning of the number: "42S02" for 1051; "HY000" for one without a state of
/// its own.
std::string_view warningState(unsigned errorNumber);

}  // namespace whimbrel::mysql
