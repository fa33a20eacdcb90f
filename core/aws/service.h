// A signed request to an AWS service, tried again as the SDKs' standard mode does (spec/aws.md section 3).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/aws/session.h"

namespace whimbrel::aws {

/// What a service answered when it refused.
struct ServiceError {
  int status = 0;
  std::string code;     ///< "AccessDenied"; empty when the body says none
  std::string message;  ///< the service's own words
  std::string region;   ///< of a redirect or AuthorizationHeaderMalformed; empty otherwise
  std::string requestId;
};

/// Reads the XML error of S3 and STS, the JSON error of the others, or makes one of the status.
ServiceError readServiceError(const HttpResponse& response);

/// "AccessDenied: User is not authorized …": what the service said, for messages.
std::string describe(const ServiceError& error);

/// Whether trying again may help: throttling, time-outs, 500, 502, 503, 504.
bool isRetryable(const ServiceError& error);

/// How long to wait before a retry, the first of which is 0: `chance` (0 to 1) of 1, 2, 4 … 20 seconds, but
/// not less than the answer's Retry-After says, up to 20 seconds.
std::chrono::milliseconds pauseBefore(int retry, std::string_view retryAfter, double chance);

/// A service as the run has come to know it; shared by all requests to it.
struct Service {
  Session& session;
  std::string name;  ///< "s3", "sts", "secretsmanager", "ssm"
  std::chrono::seconds clockAhead{0};
};

/// The attempts to get one request answered: signs each anew and decides whether there is another.
class Attempts {
 public:
  explicit Attempts(Service& service) : service_(service) {}

  /// Signed with the credentials and the clock of now.
  HttpRequest sign(const HttpRequest& request, std::string_view region);
  /// Whether to try once more after this answer, having waited for it: throttling and the like until the
  /// attempts are used up; a wrong clock and expired credentials, which are mended, once.
  bool again(const HttpResponse& response);
  bool again(const HttpFailure& failure);
  /// Part of an answer has come: what goes wrong from here on is a new misfortune.
  void progressed() { made_ = 0; }

 private:
  bool wait(std::string_view retryAfter);
  bool mendClock(const HttpResponse& response);
  bool renew();

  Service& service_;
  std::string usedToken_;
  int made_ = 0;
  bool clockMended_ = false;
  bool renewed_ = false;
};

/// Signs and sends `request` until it succeeds, fails for good or the attempts are used up. Returns any final
/// answer, 4xx and 5xx included. Throws Error when no answer was had.
HttpResponse sendSigned(Session& session, std::string_view service, std::string_view region,
                        const HttpRequest& request);

}  // namespace whimbrel::aws
