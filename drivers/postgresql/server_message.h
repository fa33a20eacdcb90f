// What the server says, in the words of the reference's driver (spec/sql-parsing.md section 9).
#pragma once

#include <string_view>

#include <libpq-fe.h>

#include "core/database.h"

namespace whimbrel::postgresql {

/// The failure that a result holds: "ERROR: relation "nope" does not exist", then Detail, Hint, Position and
/// Where on lines of their own. `ownPrefix` is how many characters were sent before the user's text:
/// positions count from there.
SqlError resultFailure(const PGresult* result, std::size_t ownPrefix = 0);

/// A failure of libpq itself, by its text: the connection is lost.
SqlError connectionFailure(std::string_view text);

/// Why connecting failed, by libpq's text with PQERRORS_VERBOSE, which holds the SQL state of the server's
/// answer if there was one. Where libpq tried twice (with and without TLS), the first answer counts.
SqlError loginFailure(std::string_view text);

ServerWarning notice(const PGresult* result);

}  // namespace whimbrel::postgresql
