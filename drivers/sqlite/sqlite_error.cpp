#include "drivers/sqlite/sqlite_error.h"

#include <algorithm>
#include <cstring>
#include <string>

#include <fmt/format.h>

namespace whimbrel::sqlite {

namespace {

struct Code {
  int code;
  std::string_view name;
  std::string_view description;
};

// Primary codes, and those extended ones that the reference's driver calls by their own names. Any other
// extended code appears under its primary one.
constexpr Code codes[] = {
    {SQLITE_ERROR, "SQLITE_ERROR", "SQL error or missing database"},
    {SQLITE_INTERNAL, "SQLITE_INTERNAL", "Internal logic error in SQLite"},
    {SQLITE_PERM, "SQLITE_PERM", "Access permission denied"},
    {SQLITE_ABORT, "SQLITE_ABORT", "Callback routine requested an abort"},
    {SQLITE_BUSY, "SQLITE_BUSY", "The database file is locked"},
    {SQLITE_LOCKED, "SQLITE_LOCKED", "A table in the database is locked"},
    {SQLITE_NOMEM, "SQLITE_NOMEM", "A malloc() failed"},
    {SQLITE_READONLY, "SQLITE_READONLY", "Attempt to write a readonly database"},
    {SQLITE_INTERRUPT, "SQLITE_INTERRUPT", "Operation terminated by sqlite3_interrupt()"},
    {SQLITE_IOERR, "SQLITE_IOERR", "Some kind of disk I/O error occurred"},
    {SQLITE_CORRUPT, "SQLITE_CORRUPT", "The database disk image is malformed"},
    {SQLITE_NOTFOUND, "SQLITE_NOTFOUND", "Table or record not found"},
    {SQLITE_FULL, "SQLITE_FULL", "Insertion failed because database is full"},
    {SQLITE_CANTOPEN, "SQLITE_CANTOPEN", "Unable to open the database file"},
    {SQLITE_PROTOCOL, "SQLITE_PROTOCOL", "Database lock protocol error"},
    {SQLITE_EMPTY, "SQLITE_EMPTY", "Database is empty"},
    {SQLITE_SCHEMA, "SQLITE_SCHEMA", "The database schema changed"},
    {SQLITE_TOOBIG, "SQLITE_TOOBIG", "String or BLOB exceeds size limit"},
    {SQLITE_CONSTRAINT, "SQLITE_CONSTRAINT", "Abort due to constraint violation"},
    {SQLITE_CONSTRAINT_CHECK, "SQLITE_CONSTRAINT_CHECK", "A CHECK constraint failed"},
    {SQLITE_CONSTRAINT_FOREIGNKEY, "SQLITE_CONSTRAINT_FOREIGNKEY", "A foreign key constraint failed"},
    {SQLITE_CONSTRAINT_NOTNULL, "SQLITE_CONSTRAINT_NOTNULL", "A NOT NULL constraint failed"},
    {SQLITE_CONSTRAINT_PRIMARYKEY, "SQLITE_CONSTRAINT_PRIMARYKEY", "A PRIMARY KEY constraint failed"},
    {SQLITE_CONSTRAINT_TRIGGER, "SQLITE_CONSTRAINT_TRIGGER",
     "A RAISE function within a trigger fired, causing the SQL statement to abort"},
    {SQLITE_CONSTRAINT_UNIQUE, "SQLITE_CONSTRAINT_UNIQUE", "A UNIQUE constraint failed"},
    {SQLITE_MISMATCH, "SQLITE_MISMATCH", "Data type mismatch"},
    {SQLITE_MISUSE, "SQLITE_MISUSE", "Library used incorrectly"},
    {SQLITE_NOLFS, "SQLITE_NOLFS", "Uses OS features not supported on host"},
    {SQLITE_AUTH, "SQLITE_AUTH", "Authorization denied"},
    {SQLITE_FORMAT, "SQLITE_FORMAT", "Auxiliary database format error"},
    {SQLITE_RANGE, "SQLITE_RANGE", "2nd parameter to sqlite3_bind out of range"},
    {SQLITE_NOTADB, "SQLITE_NOTADB", "File opened that is not a database file"},
};

constexpr Code unknown = {-1, "UNKNOWN_ERROR", "unknown error"};

int primary(int code) { return code & 0xff; }

const Code& lookUp(int code) {
  const auto* found = std::ranges::find(codes, code, &Code::code);
  if (found == std::end(codes)) found = std::ranges::find(codes, primary(code), &Code::code);
  return found == std::end(codes) ? unknown : *found;
}

}  // namespace

SqlError error(int code, std::string_view text) {
  const Code& row = lookUp(code);
  // The reference's driver has two blanks after the bracket for every code but SQLITE_ERROR.
  const std::string_view blanks = row.code == SQLITE_ERROR ? " " : "  ";
  return SqlError(fmt::format("[{}]{}{} ({})", row.name, blanks, row.description, text), std::nullopt,
                  primary(code));
}

SqlError lastError(sqlite3* connection) {
  const int code = sqlite3_extended_errcode(connection);
  std::string text = sqlite3_errmsg(connection);
  // Only for these two does SQLite note what the operating system said.
  const int system = sqlite3_system_errno(connection);
  if ((primary(code) == SQLITE_IOERR || primary(code) == SQLITE_CANTOPEN) && system != 0)
    text += fmt::format(": {}", std::strerror(system));
  return error(code, text);
}

}  // namespace whimbrel::sqlite
