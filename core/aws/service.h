// A signed request to an AWS service, tried again as the SDKs' standard mode does (spec/aws.md section 3).
#pragma once

#include <functional>
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
};

/// Reads the XML error of S3 and STS, the JSON error of the others, or makes one of the status.
ServiceError readServiceError(const HttpResponse& response);

/// Whether trying again may help: throttling, time-outs, 500, 502, 503, 504.
bool isRetryable(const ServiceError& error);

/// Signs and sends `request` until it succeeds, fails for good or the attempts are used up; a wrong clock and
/// expired credentials are mended once. Returns any final answer, 4xx and 5xx included. Throws Error when no
/// answer was had.
HttpResponse sendSigned(Session& session, std::string_view service, std::string_view region,
                        const HttpRequest& request);

}  // namespace whimbrel::aws
