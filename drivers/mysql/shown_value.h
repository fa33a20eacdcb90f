// A value of a script's query as Flyway's tables show it: the Java drivers don't pass on every value as the
// server wrote it.
#pragma once

#include <string>
#include <string_view>

#include <mysql.h>

#include "drivers/mysql/mysql_url.h"

namespace whimbrel::mysql {

/// BIT as a decimal number and YEAR as its first day. With MariaDB's driver a time stamp has at least one and
/// no superfluous digit behind the second; with MySQL's a floating-point number is written as Java does. All
/// else is `value` itself. Observed with the reference.
std::string shownValue(std::string_view value, enum_field_types type, JavaDriver driver);

}  // namespace whimbrel::mysql
