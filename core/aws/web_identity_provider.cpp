#include <fmt/format.h>

#include "core/aws/provider.h"
#include "core/aws/sts.h"
#include "core/error.h"

namespace whimbrel::aws {

Found fromWebIdentity(Session& session, SharedConfig& config) {
  const auto file = config.variable("AWS_WEB_IDENTITY_TOKEN_FILE");
  if (!file) return NotConfigured{"AWS_WEB_IDENTITY_TOKEN_FILE is not set"};
  const auto arn = config.variable("AWS_ROLE_ARN");
  if (!arn)
    throw Error(ErrorCode::Configuration, "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not");
  const Role role{.arn = *arn,
                  .sessionName = config.variable("AWS_ROLE_SESSION_NAME").value_or(""),
                  .source = fmt::format("the web identity in {}", *file)};
  return assumeRoleWithWebIdentity(session, config, role, *file);
}

}  // namespace whimbrel::aws
