#include "core/aws/rds_login.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "core/aws/endpoint.h"
#include "core/aws/sigv4.h"
#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel::aws {

namespace {

/// Takes the port off "host:port".
int takePort(std::string_view& host, int otherwise) {
  const std::size_t colon = host.rfind(':');
  if (colon == std::string_view::npos) return otherwise;
  const std::string_view text = host.substr(colon + 1);
  int port = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || stop != text.data() + text.size() || port < 1 || port > 65535)
    throw Error(ErrorCode::Configuration,
                fmt::format("awsIamHost is a host or host:port, but was: {}", host));
  host = host.substr(0, colon);
  return port;
}

}  // namespace

std::string_view regionOfRdsHost(std::string_view host) {
  const std::size_t service = host.find(".rds.");
  if (service == std::string_view::npos || service == 0) return {};
  const std::string_view before = host.substr(0, service);
  const std::string_view region = before.substr(before.rfind('.') + 1);
  return host.substr(service + 5) == hostSuffix(region) ? region : std::string_view();
}

std::string rdsPassword(Session& session, const RdsPlace& place, std::string_view host, int port,
                        std::string_view user) {
  if (!place.host.empty()) {
    host = place.host;
    port = takePort(host, port);
  }
  std::string region = place.region;
  if (region.empty()) region = regionOfRdsHost(host);
  if (region.empty()) region = session.region();
  return rdsToken(host, port, user, region, session.credentials(), std::chrono::system_clock::now());
}

}  // namespace whimbrel::aws
