#include "core/aws/nearby_service.h"

#include <thread>

namespace whimbrel::aws {

namespace {

constexpr std::chrono::milliseconds pause{250};

}  // namespace

HttpResponse askNearby(HttpClient& http, HttpRequest request, std::chrono::milliseconds timeout,
                       int attempts) {
  request.connectTimeout = request.silenceTimeout = timeout;
  request.throughProxy = false;
  for (int left = attempts - 1;; --left) {
    try {
      HttpResponse response = http.send(request);
      if (response.status < 500 || left <= 0) return response;
    } catch (const HttpFailure&) {
      if (left <= 0) throw;
    }
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace whimbrel::aws
