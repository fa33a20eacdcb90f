// Access keys, and the chain of places where they are looked for (spec/aws.md section 3).
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace whimbrel::aws {

class Session;
class SharedConfig;

struct Credentials {
  std::string accessKeyId;  ///< empty: requests are sent unsigned
  std::string secretAccessKey;
  std::string sessionToken;  ///< empty for long-lived keys
  std::optional<std::chrono::system_clock::time_point> expiration;
  std::string source;  ///< "environment variables", "profile ci (role …)": for messages
  /// AWS wants those of an instance to be used on, expired as they are, while its metadata have no answer.
  bool outlastsOutage = false;
};

/// Asks one provider after the other; the first that is configured decides. `session` is for the providers
/// that ask a service. Throws Error with what a configured provider answered, or with why none is configured.
Credentials findCredentials(Session& session, SharedConfig& config);

}  // namespace whimbrel::aws
