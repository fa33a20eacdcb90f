// The checksum that the history keeps of a script (spec/migrations.md section 8).
#pragma once

#include <cstdint>

#include "core/text/reader.h"

namespace whimbrel {

/// CRC-32 over the UTF-8 text without line ends and without one leading byte-order mark, as a signed number.
std::int32_t checksum(Reader& text);

}  // namespace whimbrel
