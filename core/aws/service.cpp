#include "core/aws/service.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <random>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/aws/sigv4.h"
#include "core/aws/xml.h"
#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel::aws {

namespace {

// The SDKs' standard mode (spec/aws.md section 3).
constexpr auto retryableCodes = std::to_array<std::string_view>(
    {"SlowDown", "RequestTimeout", "RequestTimeoutException", "InternalError", "ServiceUnavailable",
     "Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException",
     "RequestLimitExceeded", "BandwidthLimitExceeded", "PriorRequestNotComplete",
     "ProvisionedThroughputExceededException", "TransactionInProgressException", "EC2ThrottledException"});
constexpr auto retryableStatuses = std::to_array({500, 502, 503, 504});
constexpr auto expiredCodes =
    std::to_array<std::string_view>({"ExpiredToken", "ExpiredTokenException", "RequestExpired"});

bool contains(const auto& list, const auto& value) { return std::ranges::find(list, value) != list.end(); }

void readXml(const std::string& body, ServiceError& error) {
  pugi::xml_document document;
  if (!document.load_buffer(body.data(), body.size())) return;
  error.code = textOf(document, "Code");
  error.message = textOf(document, "Message");
  error.region = textOf(document, "Region");
}

std::string memberOf(const nlohmann::json& document, const char* name) {
  const auto member = document.find(name);
  return member != document.end() && member->is_string() ? member->get<std::string>() : "";
}

void readJson(const std::string& body, ServiceError& error) {
  const nlohmann::json document = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return;
  const std::string type = memberOf(document, "__type");
  error.code = type.substr(type.rfind('#') + 1);
  error.message = memberOf(document, "message");
  if (error.message.empty()) error.message = memberOf(document, "Message");
}

/// How far the server's clock is ahead; absent when its answer has no date.
std::optional<std::chrono::seconds> clockSkew(const HttpResponse& response) {
  std::tm parts{};
  const std::string date(response.header("date"));
  if (strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts) == nullptr) return std::nullopt;
  return std::chrono::seconds(timegm(&parts) - std::time(nullptr));
}

/// Seeded by the clock: std::random_device would ask for glibc 2.36.
double randomChance() {
  static std::minstd_rand generator{
      static_cast<unsigned>(std::chrono::system_clock::now().time_since_epoch().count())};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

}  // namespace

ServiceError readServiceError(const HttpResponse& response) {
  ServiceError error;
  error.status = response.status;
  const std::string_view body = trim(response.body);
  if (body.starts_with('<')) readXml(response.body, error);
  if (body.starts_with('{')) readJson(response.body, error);
  if (error.region.empty()) error.region = response.header("x-amz-bucket-region");
  error.requestId = response.header("x-amz-request-id");
  if (error.message.empty()) error.message = fmt::format("HTTP status {}", response.status);
  return error;
}

std::string describe(const ServiceError& error) {
  return error.code.empty() ? error.message : fmt::format("{}: {}", error.code, error.message);
}

bool isRetryable(const ServiceError& error) {
  return contains(retryableStatuses, error.status) || contains(retryableCodes, error.code);
}

std::chrono::milliseconds pauseBefore(int retry, std::string_view retryAfter, double chance) {
  constexpr int longest = 20;
  const int bound = std::min(longest, 1 << std::min(retry, longest));
  const std::chrono::milliseconds chosen(static_cast<int>(1000.0 * bound * chance));
  int asked = 0;
  std::from_chars(retryAfter.data(), retryAfter.data() + retryAfter.size(), asked);
  return std::max<std::chrono::milliseconds>(chosen, std::chrono::seconds(std::clamp(asked, 0, longest)));
}

HttpRequest Attempts::sign(const HttpRequest& request, std::string_view region) {
  const Credentials credentials = service_.session.credentials();
  usedToken_ = credentials.sessionToken;
  return aws::sign(
      request, credentials,
      {std::string(region), service_.name, std::chrono::system_clock::now() + service_.clockAhead});
}

bool Attempts::again(const HttpResponse& response) {
  if (response.status < 300) return false;
  const ServiceError error = readServiceError(response);
  if (error.code == "RequestTimeTooSkewed" && !std::exchange(clockMended_, true)) return mendClock(response);
  if (contains(expiredCodes, error.code) && !std::exchange(renewed_, true)) return renew();
  return isRetryable(error) && wait(response.header("retry-after"));
}

bool Attempts::again(const HttpFailure&) { return wait(""); }

bool Attempts::mendClock(const HttpResponse& response) {
  const std::optional<std::chrono::seconds> ahead = clockSkew(response);
  if (!ahead) return false;
  if (service_.clockAhead.count() == 0)
    service_.session.log().warn(fmt::format(
        "The clock of this machine is {} seconds {} that of {}; requests are signed with the time there",
        std::abs(ahead->count()), ahead->count() > 0 ? "behind" : "ahead of", service_.name));
  service_.clockAhead = *ahead;
  return true;
}

bool Attempts::renew() {
  // Another request may have done it since this one was signed.
  if (service_.session.credentials().sessionToken == usedToken_) service_.session.renewCredentials();
  return true;
}

bool Attempts::wait(std::string_view retryAfter) {
  if (++made_ >= service_.session.maxAttempts()) return false;
  service_.session.http().wait(pauseBefore(made_ - 1, retryAfter, randomChance()));
  return true;
}

HttpResponse sendSigned(Session& session, std::string_view service, std::string_view region,
                        const HttpRequest& request) {
  Service asked{session, std::string(service)};
  Attempts attempts(asked);
  for (;;) {
    try {
      HttpResponse response = session.http().send(attempts.sign(request, region));
      if (!attempts.again(response)) return response;
    } catch (const HttpFailure& failure) {
      if (!attempts.again(failure))
        throw Error(fmt::format("Unable to reach {}: {}", service, failure.what()));
    }
  }
}

}  // namespace whimbrel::aws
