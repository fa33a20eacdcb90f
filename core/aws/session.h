// What AWS is for this run: where credentials, region and endpoints come from. Made once, from the
// environment and the profile files; nothing is asked of any service before it is needed.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/aws/credentials.h"
#include "core/aws/http.h"
#include "core/log.h"

namespace whimbrel::aws {

class Session {
 public:
  /// `home` is empty when there is none; `interrupted` ends waiting for an answer.
  Session(std::map<std::string, std::string> environment, std::string home, Log& log,
          bool (*interrupted)() = nullptr);
  ~Session();

  HttpClient& http();

  /// The configured region. Throws Error naming every place where one was looked for.
  const std::string& region();

  /// "https://sts.eu-west-1.amazonaws.com", or the endpoint that is configured for the service: "s3", "sts",
  /// "secretsmanager", "ssm". No slash at its end.
  std::string endpoint(std::string_view service, std::string_view region);
  /// Whether that endpoint is configured, and none of AWS's own.
  bool hasCustomEndpoint(std::string_view service);

  /// Renewed when they are about to expire. Throws Error that names the provider asked and its answer.
  Credentials credentials();
  /// Fetches new ones, after a service called those of credentials() expired.
  void renewCredentials();

  /// Attempts in all, from AWS_MAX_ATTEMPTS or the profile; 3 otherwise.
  int maxAttempts() const;

  Log& log();

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace whimbrel::aws
