#include "core/aws/service.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <random>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "core/aws/sigv4.h"
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

/// The first element of that name, whatever its namespace prefix is.
std::string textOf(const pugi::xml_node& node, std::string_view name) {
  const pugi::xml_node found = node.find_node([&](const pugi::xml_node& child) {
    const std::string_view full = child.name();
    return full.substr(full.rfind(':') + 1) == name;
  });
  return found.child_value();
}

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

std::chrono::milliseconds pauseBefore(int retry, std::string_view retryAfter) {
  using namespace std::chrono;
  static std::minstd_rand generator{std::random_device{}()};
  const double longest = std::min(20.0, static_cast<double>(1 << std::min(retry, 10)));
  const auto chosen = duration_cast<milliseconds>(
      duration<double>(std::uniform_real_distribution<double>(0, longest)(generator)));
  int asked = 0;
  std::from_chars(retryAfter.data(), retryAfter.data() + retryAfter.size(), asked);
  return std::max<milliseconds>(chosen, seconds(std::clamp(asked, 0, 20)));
}

}  // namespace

ServiceError readServiceError(const HttpResponse& response) {
  ServiceError error;
  error.status = response.status;
  const std::string_view body = trim(response.body);
  if (body.starts_with('<')) readXml(response.body, error);
  if (body.starts_with('{')) readJson(response.body, error);
  if (error.region.empty()) error.region = response.header("x-amz-bucket-region");
  if (error.message.empty()) error.message = fmt::format("HTTP status {}", response.status);
  return error;
}

std::string describe(const ServiceError& error) {
  return error.code.empty() ? error.message : fmt::format("{}: {}", error.code, error.message);
}

bool isRetryable(const ServiceError& error) {
  return contains(retryableStatuses, error.status) || contains(retryableCodes, error.code);
}

Attempts::Attempts(Session& session, std::string_view service, std::string_view region)
    : session_(session), service_(service), region_(region) {}

HttpRequest Attempts::sign(const HttpRequest& request) const {
  return aws::sign(request, session_.credentials(),
                   {region_, service_, std::chrono::system_clock::now() + skew_});
}

bool Attempts::again(const HttpResponse& response) {
  if (response.status < 300) return false;
  const ServiceError error = readServiceError(response);
  if (error.code == "RequestTimeTooSkewed" && !clockMended_) {
    clockMended_ = true;
    const std::optional<std::chrono::seconds> skew = clockSkew(response);
    if (skew) skew_ = *skew;
    return skew.has_value();
  }
  if (contains(expiredCodes, error.code) && !renewed_) {
    renewed_ = true;
    session_.renewCredentials();
    return true;
  }
  return isRetryable(error) && wait(response.header("retry-after"));
}

bool Attempts::again(const HttpFailure&) { return wait(""); }

bool Attempts::wait(std::string_view retryAfter) {
  if (++made_ >= session_.maxAttempts()) return false;
  std::this_thread::sleep_for(pauseBefore(made_ - 1, retryAfter));
  return true;
}

HttpResponse sendSigned(Session& session, std::string_view service, std::string_view region,
                        const HttpRequest& request) {
  Attempts attempts(session, service, region);
  for (;;) {
    const HttpRequest signedRequest = attempts.sign(request);
    try {
      HttpResponse response = session.http().send(signedRequest);
      if (!attempts.again(response)) return response;
    } catch (const HttpFailure& failure) {
      if (!attempts.again(failure))
        throw Error(fmt::format("Unable to reach {}: {}", service, failure.what()));
    }
  }
}

}  // namespace whimbrel::aws
