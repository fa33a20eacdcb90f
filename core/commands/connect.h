// Connecting, with the retries that the configuration asks for (spec/configuration.md section 12).
#pragma once

#include <memory>

#include "core/commands/environment.h"

namespace whimbrel {

/// An open connection. Throws Error (DbConnection) with the server's refusal.
std::unique_ptr<Database> connect(const Environment& environment);

}  // namespace whimbrel
