// The types of configuration values (spec/configuration.md section 8): text in, value or the reference's
// error out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace whimbrel {

/// Exactly "true" or "false". Throws Error "Invalid value for flyway.KEY (should be either true or false):
/// …".
bool parseBoolean(std::string_view key, std::string_view value);

/// A decimal of 32 bits, with or without sign. Throws Error "Invalid value for flyway.KEY (should be an
/// integer): …".
int parseInteger(std::string_view key, std::string_view value);

/// Split at commas, spaces around the elements removed; empty elements stay, but for an empty last one.
std::vector<std::string> parseList(std::string_view value);

/// Throws Error for what is neither a version nor "latest", "current" or "next" in any case. Only the shape
/// is checked here, so that a typing error ends the run before anything is connected;
/// core/version/version.h gives the meaning.
void requireVersion(std::string_view value);

}  // namespace whimbrel
