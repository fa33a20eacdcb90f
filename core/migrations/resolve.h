// From the files of the locations to the sorted list of migrations and callbacks
// (spec/migrations.md sections 4, 7, 8, 11, 12).
#pragma once

#include <string>
#include <vector>

#include "core/config/settings.h"
#include "core/locations/resource.h"
#include "core/log.h"
#include "core/migrations/checksum_cache.h"
#include "core/migrations/migration.h"
#include "core/migrations/placeholders.h"

namespace whimbrel {

/// Refuses names that are no migration's ("Invalid SQL filenames found:…"). Called when
/// validateMigrationNaming is set.
void validateNaming(const std::vector<Resource>& resources, const Settings& settings);

/// SQL callbacks in the order in which they run within an event; empty with skipDefaultCallbacks.
/// `placeholders` are for the `.conf` files beside them. With callbackLocations only those found there count.
/// Throws Error for two of one event and description.
std::vector<Callback> resolveCallbacks(const std::vector<Resource>& resources, const Settings& settings,
                                       const Placeholders& placeholders);

/// Migrations by version, then repeatables by description; equal ones merged; duplicates are an Error.
/// Computes the checksums, so it reads every script whose checksum is not `known`; `log` hears how that gets
/// on. Empty with skipDefaultResolvers. Throws Error for what can't be decoded and for placeholders without
/// value in repeatables.
std::vector<Migration> resolveMigrations(const std::vector<Resource>& resources, const Settings& settings,
                                         const Placeholders& placeholders, ChecksumCache& known, Log& log);

/// Undo migrations (type UNDO_SQL) by version, likewise.
std::vector<Migration> resolveUndoMigrations(const std::vector<Resource>& resources, const Settings& settings,
                                             const Placeholders& placeholders, ChecksumCache& known,
                                             Log& log);

}  // namespace whimbrel
