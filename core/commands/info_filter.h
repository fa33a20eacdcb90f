// The filters of the info command that newer Flyway has: infoSinceDate, infoUntilDate (dd/MM/yyyy HH:mm),
// infoSinceVersion, infoUntilVersion, infoOfState.
#pragma once

#include <vector>

#include "core/config/settings.h"
#include "core/state/migration_info.h"

namespace whimbrel {

/// The entries that pass all filters, in list order. Dates look at installed_on, so entries that are not
/// applied pass no date filter; versions let repeatables pass. Throws Error for a date, version or state that
/// is none.
std::vector<const MigrationInfo*> filterInfos(const MigrationInfos& infos, const Settings& settings);

}  // namespace whimbrel
