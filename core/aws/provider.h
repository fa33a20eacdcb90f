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

}  // namespace whimbrel::aws
