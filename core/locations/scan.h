// Finds the files of all configured locations (spec/migrations.md sections 1 to 3 and 11).
#pragma once

#include <string>
#include <vector>

#include "core/aws/session.h"
#include "core/config/settings.h"
#include "core/locations/resource.h"
#include "core/log.h"

namespace whimbrel {

/// All files whose name ends with one of the migration suffixes, and all `.conf` files, of the locations in
/// `settings.locations` (sorted, duplicates and sub-locations discarded with a warning), in order of script
/// within a location; then those of `settings.callbackLocations`, marked callbacksOnly. A missing location is
/// an ERROR line on `log`, or with failOnMissingLocations an Error. Reads the
/// `.conf` beside every file, for its encoding and to refuse unknown keys. An S3 bucket that can't be asked
/// counts as missing, one that refuses does not. Throws Error.
std::vector<Resource> scanLocations(const Settings& settings, Log& log, aws::Session& aws);

}  // namespace whimbrel
