// The text of a script as it is sent to the database: bytes → characters → without a byte-order
// mark at the head → placeholders.
#pragma once

#include <memory>
#include <string_view>

#include "core/locations/resource.h"
#include "core/migrations/checksum.h"
#include "core/migrations/migration.h"
#include "core/migrations/placeholders.h"
#include "core/text/reader.h"

namespace whimbrel {

/// Strictly decoded to UTF-8 from the resource's own encoding or else `encoding`. Errors carry the
/// reference's text
/// ("Input length = 1").
std::unique_ptr<Reader> openDecoded(const Resource& resource, std::string_view encoding);

/// openDecoded without a byte-order mark at the head and with placeholders replaced: what the splitter reads.
/// `placeholders` must outlive the reader.
std::unique_ptr<Reader> openScript(const Resource& resource, std::string_view encoding,
                                   const Placeholders& placeholders);

/// The same for a script whose `.conf` counts too, and which knows its own `${flyway:filename}`.
/// `placeholders` need not outlive the reader. A migration's text is added to `sum` as it is read, which must
/// outlive the reader.
std::unique_ptr<Reader> openScript(const Migration& migration, std::string_view encoding,
                                   const Placeholders& placeholders, Checksum& sum);
std::unique_ptr<Reader> openScript(const Callback& callback, std::string_view encoding,
                                   const Placeholders& placeholders);

/// Throws Error unless `sum` is that of the text which the migration's checksum was computed from: between
/// the scan and its turn somebody may have changed the file.
void requireUnchanged(const Migration& migration, const Checksum& sum);

}  // namespace whimbrel
