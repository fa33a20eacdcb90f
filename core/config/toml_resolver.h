// `${env.NAME}` and its like in TOML values (spec/configuration.md section 20).
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace whimbrel {

/// Finds what `${resolver.key}` stands for. Throws Error.
using Resolve = std::function<std::string(std::string_view resolver, std::string_view key)>;

/// `value` with every `${resolver.key}` replaced. `$${a.b}` stands for `${a.b}`, and `!{…}` around the whole
/// value for just what is in it. `${name}` without a dot is left alone: it is a placeholder of SQL.
std::string resolveToml(std::string_view value, const Resolve& resolve);

}  // namespace whimbrel
