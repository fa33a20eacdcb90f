// Asks for user and password on the terminal (spec/configuration.md section 10).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/config/configuration.h"
#include "drivers/registry.h"

namespace whimbrel {

/// Whether standard input and standard output are both a terminal.
bool canPrompt();

/// Asks for those of the needs that are not configured (an empty value counts as configured), the password
/// without showing what is typed, and adds the answers. An empty answer leaves the key unset, so that the
/// URL's counts. Throws Error when `interrupted` says that the run is to end.
void promptForCredentials(Configuration& configuration, const CredentialNeeds& needs, bool (*interrupted)());

}  // namespace whimbrel
