// The JSON documents on standard output with -outputType=json (spec/commands.md section 1.3).
#pragma once

#include <string>
#include <vector>

#include "core/error.h"
#include "core/report/results.h"

namespace whimbrel {

/// One result as a document of its own; several in "individualResults". Without the final newline. Bytes that
/// are no UTF-8 come out as U+FFFD.
std::string jsonDocument(const std::vector<Result>& results);

/// The document of a failed run. Faults carry a stackTrace text, which says that there is none.
std::string jsonDocument(const Error& error);

}  // namespace whimbrel
