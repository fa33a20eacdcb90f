#include "core/secrets/secret_fields.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/error.h"

namespace whimbrel {

std::optional<std::string> secretField(std::string_view text, std::string_view field) {
  const nlohmann::json document = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object())
    throw Error(ErrorCode::Configuration, "The secret is no JSON object, so it has no fields");
  const auto found = document.find(std::string(field));
  if (found == document.end()) return std::nullopt;
  if (found->is_string()) return found->get<std::string>();
  if (found->is_number() || found->is_boolean()) return found->dump();
  throw Error(ErrorCode::Configuration, fmt::format("The secret's field {} is no single value", field));
}

bool mayBeShown(std::string_view field) {
  constexpr auto places = std::to_array<std::string_view>(
      {"username", "engine", "host", "port", "dbname", "dbInstanceIdentifier", "dbClusterIdentifier"});
  return std::ranges::find(places, field) != places.end();
}

}  // namespace whimbrel
