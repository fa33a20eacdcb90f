// Temporary credentials for a role, by the Security Token Service.
#pragma once

#include <optional>
#include <string>

#include "core/aws/session.h"
#include "core/aws/shared_config.h"

namespace whimbrel::aws {

struct Role {
  std::string arn = {};
  std::string sessionName = {};  ///< what the audit log calls this run; empty: one is made up
  std::string externalId = {};
  std::string durationSeconds = {};  ///< 900 to 43200; empty: the service's default
  std::string source = {};           ///< that of the credentials, for messages
};

/// Assumes the role with the credentials of another account. Throws Error with the service's answer.
Credentials assumeRole(Session& session, SharedConfig& config, const Role& role, const Credentials& caller);

/// Assumes the role with the token of an identity provider that stands in `tokenFile`.
Credentials assumeRoleWithWebIdentity(Session& session, SharedConfig& config, const Role& role,
                                      const std::string& tokenFile);

}  // namespace whimbrel::aws
