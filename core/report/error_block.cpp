#include "core/report/error_block.h"

#include <fmt/format.h>

#include "core/text/strings.h"

namespace whimbrel {

namespace {

// In UTF-16 units. What keeps a run's output shows its beginning or its end, down to 2,500 characters
// (spec/aws.md section 4): the block fits into them, so that the message is never pushed out by its
// statement.
constexpr std::size_t longestStatement = 1500;
constexpr std::size_t shownBeginning = 1200;
constexpr std::size_t shownEnd = 200;

std::string shortened(const std::string& statement) {
  const std::size_t length = utf16Length(statement);
  if (length <= longestStatement) return statement;
  return fmt::format("{}\n... {} characters are not shown ...\n{}", utf16Prefix(statement, shownBeginning),
                     length - shownBeginning - shownEnd, utf16Suffix(statement, shownEnd));
}

}  // namespace

std::string sqlErrorBlock(std::string_view title, const SqlError& error) {
  return fmt::format("{}\n{}\nSQL State  : {}\nError Code : {}\nMessage    : {}\n", title,
                     std::string(utf16Length(title), '-'), error.sqlState.value_or("null"), error.vendorCode,
                     error.what());
}

std::string sqlErrorBlock(std::string_view title, const SqlError& error, const StatementPlace& place) {
  return fmt::format("{}Location   : {} ({})\nLine       : {}\nStatement  : {}\n",
                     sqlErrorBlock(title, error), place.path, place.absolutePath, place.line,
                     shortened(place.statement));
}

Error databaseError(std::string_view title, const SqlError& error) {
  return Error(ErrorCode::DbConnection, sqlErrorBlock(title, error));
}

}  // namespace whimbrel
