// Names and texts inside statements.
#pragma once

#include <string>
#include <string_view>

namespace whimbrel::postgresql {

/// In double quotes; those inside are doubled.
std::string quoteName(std::string_view name);

/// A string literal that means `text` with standard_conforming_strings on and off.
std::string quoteText(std::string_view text);

}  // namespace whimbrel::postgresql
