#include <fmt/format.h>

#include "core/aws/provider.h"
#include "core/aws/shared_config.h"
#include "core/error.h"

namespace whimbrel::aws {

Found fromEnvironment(Session&, SharedConfig& config) {
  constexpr std::string_view idName = "AWS_ACCESS_KEY_ID", secretName = "AWS_SECRET_ACCESS_KEY";
  const auto id = config.variable(idName), secret = config.variable(secretName);
  if (!id && !secret) return NotConfigured{fmt::format("{} is not set", idName)};
  if (!id || !secret)
    throw Error(ErrorCode::Configuration,
                fmt::format("AWS credentials in environment variables are incomplete: {} is set, {} is not",
                            id ? idName : secretName, id ? secretName : idName));
  return Credentials{
      *id, *secret, config.variable("AWS_SESSION_TOKEN").value_or(""), {}, "environment variables"};
}

}  // namespace whimbrel::aws
