// The block that a failed SQL statement is reported with (spec/commands.md section 1.2).
#pragma once

#include <string>

#include "core/database.h"
#include "core/error.h"

namespace whimbrel {

/// Where in a script a statement stands.
struct StatementPlace {
  std::string path;  ///< "sql/V2__broken.sql"
  std::string absolutePath;
  int line;
  std::string statement;
};

/// Title, its underline, SQL State, Error Code, Message; ends in a newline.
std::string sqlErrorBlock(std::string_view title, const SqlError& error);
/// The same with Location, Line and Statement; the middle of a long statement is left out.
std::string sqlErrorBlock(std::string_view title, const SqlError& error, const StatementPlace& place);

/// A failure of our own statement: the block under `title`, with code DB_CONNECTION.
Error databaseError(std::string_view title, const SqlError& error);

}  // namespace whimbrel
