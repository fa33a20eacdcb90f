// The world around the process, as configuration is read from it.
#pragma once

#include "cli/arguments.h"
#include "core/config/configuration.h"

namespace whimbrel {

/// Environment, folders and standard input of this process, and the options of `arguments`.
Sources processSources(const Arguments& arguments);

}  // namespace whimbrel
