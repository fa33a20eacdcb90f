// One place where access keys may be. Each provider is a function in a file of its own; the chain in
// credentials.cpp says in which order they are asked.
#pragma once

#include <string>
#include <variant>

#include "core/aws/credentials.h"

namespace whimbrel::aws {

/// "AWS_ACCESS_KEY_ID is not set"
struct NotConfigured {
  std::string why;
};
using Found = std::variant<Credentials, NotConfigured>;

// All throw Error when the provider is configured, but does not give credentials.

/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN.
Found fromEnvironment(Session& session, SharedConfig& config);
/// AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN: pods on EKS, CI jobs.
Found fromWebIdentity(Session& session, SharedConfig& config);
/// The profile in use: keys, a role with the credentials of another profile or provider, a program.
Found fromProfile(Session& session, SharedConfig& config);
/// AWS_CONTAINER_CREDENTIALS_…: tasks on ECS, pods on EKS.
Found fromContainer(Session& session, SharedConfig& config);
/// The role of the EC2 instance.
Found fromInstance(Session& session, SharedConfig& config);

}  // namespace whimbrel::aws
