// Requests to the services on or beside this machine that hand out credentials.
#pragma once

#include <chrono>

#include "core/aws/http.h"

namespace whimbrel::aws {

/// Sends `request`, never through a proxy, `attempts` times at most: until there is an answer that is no
/// failure of the server. Throws HttpFailure when there never was one.
HttpResponse askNearby(HttpClient& http, HttpRequest request, std::chrono::milliseconds timeout,
                       int attempts);

}  // namespace whimbrel::aws
