// Tables of text as Flyway draws them: for info and for the results of queries.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/database.h"
#include "core/state/migration_info.h"

namespace whimbrel {

// A frame of + - | around left-aligned cells; widths count UTF-16 units. Without rows one line says so, cut
// or padded to the inner width. Lines end in LF, the last too.

/// The table of the info command. Where lines may have only so many columns, descriptions that are too long
/// for that end in "…".
std::string infoTable(const std::vector<const MigrationInfo*>& migrations,
                      std::optional<std::size_t> columns = {});

/// The rows of a query in a script.
std::string resultTable(const StatementResult& result);

}  // namespace whimbrel
