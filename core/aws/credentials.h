// Access keys, and the chain of places where they are looked for (spec/aws.md section 3).
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace whimbrel::aws {

struct Credentials {
  std::string accessKeyId;
  std::string secretAccessKey;
  std::string sessionToken;  ///< empty for long-lived keys
  std::optional<std::chrono::system_clock::time_point> expiration;
  std::string source;  ///< "environment variables", "profile ci (assumed role …)": for messages
};

}  // namespace whimbrel::aws
