#include "core/report/error_block.h"

#include <fmt/format.h>

#include "core/text/strings.h"

namespace whimbrel {

std::string sqlErrorBlock(std::string_view title, const SqlError& error) {
  return fmt::format("{}\n{}\nSQL State  : {}\nError Code : {}\nMessage    : {}\n", title,
                     std::string(utf16Length(title), '-'), error.sqlState.value_or("null"), error.vendorCode,
                     error.what());
}

std::string sqlErrorBlock(std::string_view title, const SqlError& error, const StatementPlace& place) {
  return fmt::format("{}Location   : {} ({})\nLine       : {}\nStatement  : {}\n",
                     sqlErrorBlock(title, error), place.path, place.absolutePath, place.line,
                     place.statement);
}

Error databaseError(std::string_view title, const SqlError& error) {
  return Error(ErrorCode::DbConnection, sqlErrorBlock(title, error));
}

}  // namespace whimbrel
