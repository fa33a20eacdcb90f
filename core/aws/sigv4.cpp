#include "core/aws/sigv4.h"

#include <algorithm>
#include <array>
#include <ctime>

#include <fmt/format.h>

#include "core/aws/libcrypto.h"
#include "core/text/strings.h"

namespace whimbrel::aws {

namespace {

using Digest = std::array<unsigned char, 32>;

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

std::string hex(const Digest& bytes) {
  std::string text;
  for (const unsigned char byte : bytes) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  return text;
}

std::string sha256(std::string_view text) {
  Digest digest;
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return hex(digest);
}

std::string_view asText(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Digest hmac(std::string_view key, std::string_view text) {
  Digest digest;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), nullptr);
  return digest;
}

/// "20240229T235958Z", in UTC.
std::string timestamp(Time time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string credentialScope(const SigningScope& scope) {
  return fmt::format("{}/{}/{}/aws4_request", timestamp(scope.time).substr(0, 8), scope.region,
                     scope.service);
}

std::string signature(const std::string& canonicalRequest, const SigningScope& scope,
                      std::string_view secretAccessKey) {
  const std::string date = timestamp(scope.time);
  const std::string toSign =
      fmt::format("{}\n{}\n{}\n{}", algorithm, date, credentialScope(scope), sha256(canonicalRequest));
  return hex(hmac(signingKey(secretAccessKey, date.substr(0, 8), scope.region, scope.service), toSign));
}

struct UrlParts {
  std::string host;  ///< with the port unless it is the scheme's default
  std::string_view path;
  std::string_view query;
};

UrlParts takeApart(std::string_view url) {
  const bool tls = url.starts_with("https://");
  url.remove_prefix(url.find("://") + 3);
  const std::size_t end = std::min(url.find_first_of("/?"), url.size());
  UrlParts parts;
  parts.host = asciiLower(url.substr(0, end));
  const std::string_view defaultPort = tls ? ":443" : ":80";
  if (parts.host.ends_with(defaultPort)) parts.host.erase(parts.host.size() - defaultPort.size());
  parts.query = url.substr(end);
  parts.path = cutAt(parts.query, '?');
  if (parts.path.empty()) parts.path = "/";
  return parts;
}

/// "name=value&…"
std::string joined(const std::vector<std::pair<std::string, std::string>>& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters)
    text.append(text.empty() ? "" : "&").append(name).append("=").append(value);
  return text;
}

/// The query of a URL is encoded already; it is only put in order.
std::string sortedQuery(std::string_view query) {
  if (query.empty()) return {};
  std::vector<std::pair<std::string, std::string>> parameters;
  for (const std::string& parameter : split(query, '&')) {
    std::string_view value = parameter;
    const std::string_view name = cutAt(value, '=');
    parameters.emplace_back(name, value);
  }
  std::ranges::sort(parameters);
  return joined(parameters);
}

/// Without blanks at its ends, and with one in place of several.
std::string canonicalValue(std::string_view value) {
  std::string result;
  for (const char c : trim(value))
    if (c != ' ' || !result.ends_with(' ')) result += c;
  return result;
}

bool isSigned(const std::string& name) {
  return name != "user-agent" && name != "expect" && name != "connection";
}

}  // namespace

std::string uriEncode(std::string_view text, bool keepSlash) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  for (const char c : text) {
    if (plain.find(c) != std::string_view::npos || (c == '/' && keepSlash))
      encoded += c;
    else
      fmt::format_to(std::back_inserter(encoded), "%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

std::string canonicalQuery(std::vector<std::pair<std::string, std::string>> parameters) {
  for (auto& [name, value] : parameters) {
    name = uriEncode(name);
    value = uriEncode(value);
  }
  std::ranges::sort(parameters);
  return joined(parameters);
}

std::string signingKey(std::string_view secretAccessKey, std::string_view date, std::string_view region,
                       std::string_view service) {
  std::string key = "AWS4" + std::string(secretAccessKey);
  for (const std::string_view part : {date, region, service, std::string_view("aws4_request")})
    key = asText(hmac(key, part));
  return key;
}

HttpRequest sign(HttpRequest request, const Credentials& credentials, const SigningScope& scope) {
  const UrlParts url = takeApart(request.url);
  const std::string payload = sha256(request.body);
  request.headers.push_back({"X-Amz-Date", timestamp(scope.time)});
  if (scope.service == "s3") request.headers.push_back({"X-Amz-Content-SHA256", payload});
  if (!credentials.sessionToken.empty())
    request.headers.push_back({"X-Amz-Security-Token", credentials.sessionToken});

  std::vector<std::pair<std::string, std::string>> headers = {{"host", url.host}};
  for (const HttpHeader& header : request.headers)
    if (const std::string name = asciiLower(header.name); isSigned(name))
      headers.emplace_back(name, canonicalValue(header.value));
  std::ranges::sort(headers);
  std::string lines;
  std::vector<std::string> names;
  for (const auto& [name, value] : headers) {
    lines.append(name).append(":").append(value).append("\n");
    names.push_back(name);
  }
  const std::string signedNames = join(names, ";");
  // S3 takes the path as it stands; the others have it encoded once more.
  const std::string path =
      scope.service == "s3" ? std::string(url.path) : uriEncode(url.path, /*keepSlash=*/true);
  const std::string canonicalRequest = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, path,
                                                   sortedQuery(url.query), lines, signedNames, payload);
  request.headers.push_back(
      {"Authorization", fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", algorithm,
                                    credentials.accessKeyId, credentialScope(scope), signedNames,
                                    signature(canonicalRequest, scope, credentials.secretAccessKey))});
  return request;
}

std::string rdsToken(std::string_view host, int port, std::string_view user, std::string_view region,
                     const Credentials& credentials, Time time) {
  const SigningScope scope{std::string(region), "rds-db", time};
  const std::string place = fmt::format("{}:{}", asciiLower(host), port);
  std::vector<std::pair<std::string, std::string>> parameters = {
      {"Action", "connect"},
      {"DBUser", std::string(user)},
      {"X-Amz-Algorithm", std::string(algorithm)},
      {"X-Amz-Credential", credentials.accessKeyId + "/" + credentialScope(scope)},
      {"X-Amz-Date", timestamp(time)},
      {"X-Amz-Expires", "900"},
      {"X-Amz-SignedHeaders", "host"},
  };
  // As sent, the session token stands behind the others; as signed, in its alphabetical place.
  std::string query = canonicalQuery(parameters);
  if (!credentials.sessionToken.empty()) {
    query += "&X-Amz-Security-Token=" + uriEncode(credentials.sessionToken);
    parameters.emplace_back("X-Amz-Security-Token", credentials.sessionToken);
  }
  const std::string canonicalRequest = fmt::format("GET\n/\n{}\nhost:{}\n\nhost\n{}",
                                                   canonicalQuery(std::move(parameters)), place, sha256(""));
  return fmt::format("{}/?{}&X-Amz-Signature={}", place, query,
                     signature(canonicalRequest, scope, credentials.secretAccessKey));
}

}  // namespace whimbrel::aws
