// The JSON in which a secret of Secrets Manager keeps a login: username, password, host, port, dbname.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace whimbrel {

/// A field of the JSON object `text`, numbers and truth values as text; absent when there is no such field.
/// Throws Error, never with any of the text, when it is no JSON object or the field holds more than one
/// value.
std::optional<std::string> secretField(std::string_view text, std::string_view field);

/// Whether the field's value may be shown: what AWS puts beside a password only says where the database is.
bool mayBeShown(std::string_view field);

}  // namespace whimbrel
