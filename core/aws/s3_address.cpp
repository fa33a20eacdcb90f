#include "core/aws/s3_address.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/aws/sigv4.h"
#include "core/text/strings.h"

namespace whimbrel::aws {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return c >= 'a' && c <= 'z'; }

bool isHostLabel(std::string_view label) {
  constexpr std::size_t longest = 63;
  return !label.empty() && label.size() <= longest && !label.starts_with('-') && !label.ends_with('-') &&
         std::ranges::all_of(label, [](char c) { return isLetter(c) || isDigit(c) || c == '-'; });
}

bool fitsInHost(std::string_view bucket, bool tls) {
  const std::vector<std::string> labels = split(bucket, '.');
  // A wildcard certificate is good for one label only.
  if (tls && labels.size() > 1) return false;
  return std::ranges::all_of(labels, isHostLabel);
}

bool isIpAddress(std::string_view host) {
  return host.starts_with('[') || std::ranges::all_of(host, [](char c) { return isDigit(c) || c == '.'; });
}

}  // namespace

std::string bucketUrl(std::string_view endpoint, std::string_view bucket, Addressing wanted) {
  std::string_view rest = endpoint;
  rest.remove_prefix(std::min(endpoint.find("://") + 3, endpoint.size()));
  const std::string_view scheme = endpoint.substr(0, endpoint.size() - rest.size());
  const std::string_view authority = rest.substr(0, rest.find('/'));
  const std::string_view host =
      authority.starts_with('[') ? authority : authority.substr(0, authority.find(':'));
  if (wanted == Addressing::VirtualHosted && fitsInHost(bucket, scheme == "https://") && !isIpAddress(host))
    return fmt::format("{}{}.{}/", scheme, bucket, rest);
  return fmt::format("{}/{}/", endpoint, uriEncode(bucket));
}

}  // namespace whimbrel::aws
