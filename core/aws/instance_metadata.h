// What an EC2 instance tells the programs that run on it, by version 2 of its metadata service: every answer
// needs a token, which the service hands out first.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/aws/http.h"
#include "core/aws/shared_config.h"

namespace whimbrel::aws {

class InstanceMetadata {
 public:
  /// Address, time-out and attempts are those of the variables and the profile. Throws Error for a number
  /// that is none.
  InstanceMetadata(HttpClient& http, SharedConfig& config);

  /// Whether AWS_EC2_METADATA_DISABLED is "true".
  static bool isDisabled(SharedConfig& config);

  /// The document at `path` ("/latest/…"); absent when there is none. Throws HttpFailure when the service
  /// does not answer or refuses, with a text that says what to do.
  std::optional<std::string> get(std::string_view path);

  const std::string& address() const { return address_; }

 private:
  HttpResponse ask(HttpRequest request);
  std::string newToken();

  HttpClient& http_;
  std::string address_;
  std::chrono::milliseconds timeout_;
  int attempts_;
  std::string token_;
};

}  // namespace whimbrel::aws
