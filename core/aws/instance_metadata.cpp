#include "core/aws/instance_metadata.h"

#include <charconv>

#include <fmt/format.h>

#include "core/aws/nearby_service.h"
#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel::aws {

namespace {

constexpr std::string_view tokenSeconds = "21600";

std::string readAddress(SharedConfig& config) {
  if (auto endpoint = config.setting("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint")) {
    while (endpoint->ends_with('/')) endpoint->pop_back();
    return *std::move(endpoint);
  }
  const std::string mode = asciiLower(
      config.setting("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode")
          .value_or("IPv4"));
  if (mode == "ipv4") return "http://169.254.169.254";
  if (mode == "ipv6") return "http://[fd00:ec2::254]";
  throw Error(ErrorCode::Configuration,
              fmt::format("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE is IPv4 or IPv6, but was: {}", mode));
}

int readNumber(SharedConfig& config, std::string_view variable, std::string_view key) {
  const std::string text = config.setting(variable, key).value_or("1");
  int number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc() && stop == end && number > 0 && number <= 3600) return number;
  throw Error(ErrorCode::Configuration, fmt::format("{} is a number from 1 on, but was: {}", variable, text));
}

}  // namespace

InstanceMetadata::InstanceMetadata(HttpClient& http, SharedConfig& config)
    : http_(http),
      address_(readAddress(config)),
      timeout_(std::chrono::seconds(
          readNumber(config, "AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout"))),
      attempts_(readNumber(config, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts")) {}

bool InstanceMetadata::isDisabled(SharedConfig& config) {
  return asciiLower(config.variable("AWS_EC2_METADATA_DISABLED").value_or("")) == "true";
}

HttpResponse InstanceMetadata::ask(HttpRequest request) {
  request.url.insert(0, address_);
  return askNearby(http_, std::move(request), timeout_, attempts_);
}

std::string InstanceMetadata::newToken() {
  HttpResponse response;
  try {
    response = ask({.method = "PUT",
                    .url = "/latest/api/token",
                    .headers = {{"X-aws-ec2-metadata-token-ttl-seconds", std::string(tokenSeconds)}}});
  } catch (const HttpFailure& failure) {
    throw HttpFailure(
        fmt::format("{} (on EC2 a time-out here in a container means that the instance's hop "
                    "limit for metadata is 1 and has to be 2)",
                    failure.what()));
  }
  if (response.status == 200) return response.body;
  if (response.status == 403) throw HttpFailure("The instance's metadata is switched off (HTTP status 403)");
  throw HttpFailure(fmt::format("HTTP status {} instead of a token", response.status));
}

std::optional<std::string> InstanceMetadata::get(std::string_view path) {
  for (bool renewed = false;; renewed = true) {
    if (token_.empty()) token_ = newToken();
    HttpResponse response =
        ask({.url = std::string(path), .headers = {{"X-aws-ec2-metadata-token", token_}}});
    if (response.status == 200) return std::move(response.body);
    if (response.status == 404) return std::nullopt;
    if (response.status != 401 || renewed)
      throw HttpFailure(fmt::format("HTTP status {} for {}", response.status, path));
    token_.clear();
  }
}

}  // namespace whimbrel::aws
