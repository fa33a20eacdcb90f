#include "core/config/toml_resolver.h"

namespace whimbrel {

namespace {

/// "a.b" of "${a.b}…"; empty when the text begins with nothing of that kind. "${ssm:/a.b}" is resolved later.
std::string_view expression(std::string_view text) {
  if (!text.starts_with("${")) return {};
  const std::size_t end = text.find('}');
  if (end == std::string_view::npos) return {};
  const std::string_view inside = text.substr(2, end - 2);
  const std::size_t dot = inside.find('.');
  const bool named = dot != std::string_view::npos && dot > 0 && dot + 1 < inside.size() &&
                     inside.substr(0, dot).find(':') == std::string_view::npos;
  return named ? inside : std::string_view();
}

}  // namespace

std::string resolveToml(std::string_view value, const Resolve& resolve) {
  if (value.starts_with("!{") && value.ends_with('}')) return std::string(value.substr(2, value.size() - 3));
  std::string resolved;
  while (!value.empty()) {
    const bool escaped = value.starts_with("$${");
    const std::string_view inside = expression(value.substr(escaped ? 1 : 0));
    if (inside.empty()) {
      resolved += value.front();
      value.remove_prefix(1);
      continue;
    }
    const std::size_t dot = inside.find('.');
    if (escaped)
      resolved.append("${").append(inside).append("}");
    else
      resolved += resolve(inside.substr(0, dot), inside.substr(dot + 1));
    value.remove_prefix((escaped ? 1 : 0) + inside.size() + 3);
  }
  return resolved;
}

}  // namespace whimbrel
