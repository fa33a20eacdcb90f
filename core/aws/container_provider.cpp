#include <algorithm>
#include <arpa/inet.h>
#include <array>

#include <fmt/format.h>

#include "core/aws/credential_document.h"
#include "core/aws/nearby_service.h"
#include "core/aws/provider.h"
#include "core/aws/service.h"
#include "core/aws/session.h"
#include "core/aws/shared_config.h"
#include "core/error.h"
#include "core/secret_file.h"
#include "core/text/strings.h"

namespace whimbrel::aws {

namespace {

constexpr std::string_view ecsAddress = "http://169.254.170.2";
constexpr int attempts = 3;
constexpr std::chrono::seconds timeout{2};

Error failure(const std::string& url, std::string why) {
  return Error(ErrorCode::Configuration,
               fmt::format("Unable to get AWS credentials from the container at {}", url), {std::move(why)});
}

/// "127.0.0.1" of "http://127.0.0.1:80/x", without the brackets of an IPv6 address. What stands before an '@'
/// is part of it, so that it is no host that is known.
std::string hostOf(std::string_view url) {
  url.remove_prefix(std::min(url.find("//") + 2, url.size()));
  url = url.substr(0, url.find_first_of("/?#\\"));
  if (url.starts_with('[')) return std::string(url.substr(1, url.find(']') - 1));
  return std::string(url.substr(0, url.find(':')));
}

/// Without TLS keys are only asked for where nobody listens in: on this machine, of ECS and of EKS.
bool isPrivate(const std::string& host) {
  constexpr auto known = std::to_array<std::string_view>(
      {"localhost", "::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"});
  if (std::ranges::find(known, asciiLower(host)) != known.end()) return true;
  in_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

void requireSafe(const std::string& url) {
  if (url.starts_with("https://") || (url.starts_with("http://") && isPrivate(hostOf(url)))) return;
  throw failure(url,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI has to begin with https://, or with http:// and name "
                "a loopback address, 169.254.170.2, 169.254.170.23 or [fd00:ec2::23]");
}

std::string authorization(SharedConfig& config, const std::string& url) {
  std::string token = config.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or("");
  if (const auto file = config.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"))
    token = readSecretFile(*file,
                           fmt::format("Unable to read AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: {}", *file));
  if (token.ends_with('\n')) token.pop_back();
  if (token.find_first_of("\r\n") != std::string::npos)
    throw failure(url, "The authorization token has more than one line");
  return token;
}

}  // namespace

Found fromContainer(Session& session, SharedConfig& config) {
  const auto relative = config.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const auto full = config.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (!relative && !full)
    return NotConfigured{
        "neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor "
        "AWS_CONTAINER_CREDENTIALS_FULL_URI is set"};
  const std::string url = relative ? std::string(ecsAddress) + *relative : *full;
  requireSafe(url);
  HttpRequest request{.url = url, .headers = {{"Accept", "application/json"}}};
  if (std::string token = authorization(config, url); !token.empty())
    request.headers.push_back({"Authorization", std::move(token)});
  try {
    const HttpResponse response = askNearby(session.http(), std::move(request), timeout, attempts);
    if (response.status != 200) throw failure(url, describe(readServiceError(response)));
    return readCredentialDocument(response.body, "Token", fmt::format("the container at {}", url));
  } catch (const HttpFailure& problem) {
    throw failure(url, problem.what());
  }
}

}  // namespace whimbrel::aws
