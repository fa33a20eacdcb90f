#include "core/secrets/aws_url.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "core/config/values.h"
#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

constexpr std::string_view secretsScheme = "jdbc-secretsmanager:";
constexpr std::string_view wrapperScheme = "jdbc:aws-wrapper:";
constexpr std::string_view urlKey = "flyway.url";
constexpr std::string_view propertyPrefix = "flyway.jdbcProperties.";

// Ways to log in that are not there. All other plug-ins watch over a pool or a cluster of servers, and one
// connection has nothing to gain from them.
constexpr auto refusedPlugins = std::to_array<std::string_view>({"federatedAuth", "okta", "iamDsql"});

std::string valueOf(const Configuration& configuration, std::string_view key) {
  const auto found = configuration.find(std::string(key));
  return found == configuration.end() ? "" : found->second.value;
}

/// The properties of the wrapper, in its URL and among the connection properties, which win.
class WrapperProperties {
 public:
  explicit WrapperProperties(Configuration& configuration) : configuration_(configuration) {}

  std::string take(std::string_view name) {
    std::string inUrl = takeFromUrl(name);
    const auto property = configuration_.find(fmt::format("{}{}", propertyPrefix, name));
    if (property == configuration_.end()) return inUrl;
    std::string value = property->second.value;
    configuration_.erase(property);
    return value;
  }

 private:
  std::string takeFromUrl(std::string_view name) {
    std::string& url = configuration_.at(std::string(urlKey)).value;
    const std::size_t begin = url.find('?');
    if (begin == std::string::npos) return {};
    std::vector<std::string> properties = split(std::string_view(url).substr(begin + 1), '&');
    const auto found = std::ranges::find_if(properties, [&](const std::string& property) {
      return property.starts_with(fmt::format("{}=", name));
    });
    if (found == properties.end()) return {};
    std::string value = decodePercent(found->substr(name.size() + 1));
    properties.erase(found);
    url.resize(begin);
    if (!properties.empty()) url += "?" + join(properties, "&");
    return value;
  }

  Configuration& configuration_;
};

std::optional<LoginSecret> translateWrapper(Configuration& configuration) {
  ConfiguredValue& url = configuration.at(std::string(urlKey));
  url.value = fmt::format("jdbc:{}", std::string_view(url.value).substr(wrapperScheme.size()));
  WrapperProperties properties(configuration);
  const std::vector<std::string> plugins = parseList(properties.take("wrapperPlugins"));
  const auto has = [&](std::string_view name) { return std::ranges::find(plugins, name) != plugins.end(); };
  for (const std::string_view name : refusedPlugins)
    if (has(name))
      throw Error(
          ErrorCode::Configuration,
          fmt::format("wrapperPlugins={} is not supported by whimbrel; iam and awsSecretsManager are", name));
  if (has("iam")) {
    const std::string source = url.source;
    const auto set = [&](std::string_view key, std::string value) {
      if (!value.empty())
        configuration.try_emplace(fmt::format("flyway.{}", key), ConfiguredValue{std::move(value), source});
    };
    set("awsIamAuthentication", "true");
    set("awsIamHost", properties.take("iamHost"));
    set("awsIamRegion", properties.take("iamRegion"));
  }
  if (!has("awsSecretsManager")) return std::nullopt;
  LoginSecret secret{.id = properties.take("secretsManagerSecretId"),
                     .region = properties.take("secretsManagerRegion")};
  if (secret.id.empty())
    throw Error(ErrorCode::Configuration, "wrapperPlugins=awsSecretsManager needs secretsManagerSecretId");
  if (std::string field = properties.take("secretsManagerSecretUsernameProperty"); !field.empty())
    secret.usernameField = std::move(field);
  if (std::string field = properties.take("secretsManagerSecretPasswordProperty"); !field.empty())
    secret.passwordField = std::move(field);
  return secret;
}

LoginSecret translateSecretsManager(Configuration& configuration) {
  std::string& url = configuration.at(std::string(urlKey)).value;
  url = fmt::format("jdbc:{}", std::string_view(url).substr(secretsScheme.size()));
  std::string id = valueOf(configuration, "flyway.user");
  if (id.empty())
    throw Error(ErrorCode::Configuration,
                "With a URL jdbc-secretsmanager:… the user has to be the name or the ARN of a secret");
  return {.id = std::move(id), .region = {}};
}

/// The three parts of a URL: "jdbc:mysql:", what names the host, and the rest from '/' or '?' on.
struct Place {
  std::string_view scheme;
  std::string_view host;
  std::string_view rest;
};

Place takeApart(std::string_view url) {
  const std::size_t colon = url.find(':', std::string_view("jdbc:").size());
  if (colon == std::string_view::npos) return {url, {}, {}};
  std::string_view rest = url.substr(colon + 1);
  if (rest.starts_with("//")) rest.remove_prefix(2);
  const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
  return {url.substr(0, colon + 1), rest.substr(0, end), rest.substr(end)};
}

}  // namespace

std::optional<LoginSecret> translateAwsUrl(Configuration& configuration) {
  const std::string url = valueOf(configuration, urlKey);
  if (url.starts_with(secretsScheme)) return translateSecretsManager(configuration);
  if (url.starts_with(wrapperScheme)) return translateWrapper(configuration);
  return std::nullopt;
}

bool lacksHost(std::string_view url) { return takeApart(url).host.empty(); }

std::string completeUrl(std::string_view url, std::string_view host, std::string_view port,
                        std::string_view database) {
  const Place place = takeApart(url);
  if (!place.host.empty()) return std::string(url);
  std::string completed = fmt::format("{}//{}", place.scheme, host);
  if (!port.empty()) completed.append(":").append(port);
  const bool namesDatabase =
      place.rest.starts_with('/') && !place.rest.starts_with("/?") && place.rest != "/";
  if (namesDatabase) return completed.append(place.rest);
  completed.append("/").append(database);
  return completed.append(place.rest.substr(place.rest.starts_with('/') ? 1 : 0));
}

}  // namespace whimbrel
