#include "core/aws/session.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "core/aws/endpoint.h"
#include "core/aws/instance_metadata.h"
#include "core/aws/shared_config.h"
#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel::aws {

namespace {

using Clock = std::chrono::system_clock;

constexpr int defaultAttempts = 3;
/// How long before their end credentials are renewed, unless they don't live four times as long.
constexpr std::chrono::minutes longestLead{15};
constexpr std::chrono::minutes pauseAfterFailure{1};

/// How a service is called in host names, in AWS_ENDPOINT_URL_… and in a [services] section.
struct ServiceName {
  std::string_view host;
  std::string_view variable;
  std::string_view block;
};
constexpr auto serviceNames = std::to_array<ServiceName>({
    {"s3", "AWS_ENDPOINT_URL_S3", "s3"},
    {"sts", "AWS_ENDPOINT_URL_STS", "sts"},
    {"secretsmanager", "AWS_ENDPOINT_URL_SECRETS_MANAGER", "secrets_manager"},
    {"ssm", "AWS_ENDPOINT_URL_SSM", "ssm"},
});

const ServiceName& nameOf(std::string_view service) {
  for (const ServiceName& name : serviceNames)
    if (name.host == service) return name;
  throw Error(ErrorCode::Fault, fmt::format("The AWS service {} is not known", service));
}

std::string withoutSlashes(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

int readAttempts(const std::optional<std::string>& configured) {
  if (!configured) return defaultAttempts;
  int attempts = 0;
  const char* const end = configured->data() + configured->size();
  const auto [stop, error] = std::from_chars(configured->data(), end, attempts);
  if (error == std::errc() && stop == end && attempts > 0) return attempts;
  throw Error(
      ErrorCode::Configuration,
      fmt::format("AWS_MAX_ATTEMPTS (or max_attempts of the AWS profile) is a number from 1 on, but was: {}",
                  *configured));
}

}  // namespace

class Session::Implementation {
 public:
  Implementation(std::map<std::string, std::string> environment, std::string home, Log& log,
                 bool (*interrupted)())
      : config(std::move(environment), std::move(home)), log(log), interrupted(interrupted) {}

  HttpClient& http() {
    if (!client_) client_.emplace(caBundle(), interrupted);
    return *client_;
  }

  std::optional<std::string> configuredEndpoint(std::string_view service) {
    if (config.isOn("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls"))
      return std::nullopt;
    const ServiceName& name = nameOf(service);
    for (const std::string_view variable : {name.variable, std::string_view("AWS_ENDPOINT_URL")})
      if (std::optional<std::string> url = config.variable(variable)) return url;
    if (const auto services = config.setting("", "services"))
      if (const auto section = config.section("services", *services))
        if (const auto url = section->find(fmt::format("{}.endpoint_url", name.block)); url != section->end())
          return url->second;
    return config.setting("", "endpoint_url");
  }

  std::string findRegion() {
    std::optional<std::string> found = config.variable("AWS_REGION");
    if (!found) found = config.setting("AWS_DEFAULT_REGION", "region");
    std::string instance = "AWS_EC2_METADATA_DISABLED is true";
    if (!found && !InstanceMetadata::isDisabled(config)) found = regionOfInstance(instance);
    if (!found)
      throw Error(ErrorCode::Configuration,
                  fmt::format("Unable to load region from any of the providers in the chain. Set AWS_REGION, "
                              "AWS_DEFAULT_REGION, or region of the AWS profile {}",
                              config.profileName()),
                  {"instance metadata: " + instance});
    requireRegionName(*found);
    return *std::move(found);
  }

  void keep(Credentials found) {
    const auto now = Clock::now();
    renewal = found.expiration
                  ? *found.expiration - std::min<Clock::duration>(longestLead, (*found.expiration - now) / 4)
                  : Clock::time_point::max();
    log.debug(fmt::format("AWS credentials: {}", found.source));
    credentials = std::move(found);
  }

  /// Whether the credentials in hand will do while there are no new ones.
  bool canGoOn() const {
    if (interrupted != nullptr && interrupted()) return false;
    return credentials && credentials->expiration &&
           (credentials->outlastsOutage || *credentials->expiration > Clock::now());
  }

  SharedConfig config;
  Log& log;
  bool (*interrupted)();
  std::string region;
  std::optional<Credentials> credentials;
  Clock::time_point renewal;  ///< when to look for new ones
  std::optional<int> attempts;

 private:
  /// Or why it is not known.
  std::optional<std::string> regionOfInstance(std::string& why) {
    InstanceMetadata metadata(http(), config);
    try {
      why = "it knows no region";
      return metadata.get("/latest/meta-data/placement/region");
    } catch (const HttpFailure& failure) {
      why = fmt::format("{} has no answer: {}", metadata.address(), failure.what());
      return std::nullopt;
    }
  }

  // libcurl's own message on a bundle that is missing does not say who named it.
  std::string caBundle() {
    std::string path = config.setting("AWS_CA_BUNDLE", "ca_bundle").value_or("");
    if (!path.empty() && access(path.c_str(), R_OK) != 0)
      throw Error(ErrorCode::Configuration,
                  fmt::format("Unable to read AWS_CA_BUNDLE (or ca_bundle of the AWS profile): {}", path));
    return path;
  }

  std::optional<HttpClient> client_;
};

Session::Session(std::map<std::string, std::string> environment, std::string home, Log& log,
                 bool (*interrupted)())
    : implementation_(
          std::make_unique<Implementation>(std::move(environment), std::move(home), log, interrupted)) {}

Session::~Session() = default;

HttpClient& Session::http() { return implementation_->http(); }

Log& Session::log() { return implementation_->log; }

const std::string& Session::region() {
  Implementation& own = *implementation_;
  if (own.region.empty()) own.region = own.findRegion();
  return own.region;
}

std::string Session::endpoint(std::string_view service, std::string_view region) {
  SharedConfig& config = implementation_->config;
  if (std::optional<std::string> url = implementation_->configuredEndpoint(service))
    return withoutSlashes(*std::move(url));
  return regionalEndpoint(service, region,
                          {.fips = config.isOn("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
                           .dualStack = config.isOn("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")});
}

bool Session::hasCustomEndpoint(std::string_view service) {
  return implementation_->configuredEndpoint(service).has_value();
}

Credentials Session::credentials() {
  Implementation& own = *implementation_;
  if (!own.credentials || own.renewal <= Clock::now()) renewCredentials();
  return *own.credentials;
}

void Session::renewCredentials() {
  Implementation& own = *implementation_;
  try {
    own.config.forget();
    own.keep(findCredentials(*this, own.config));
  } catch (const Error& error) {
    if (!own.canGoOn()) throw;
    own.log.warn(
        fmt::format("Unable to renew the AWS credentials from {}, going on with the old ones: {}: {}",
                    own.credentials->source, error.message(), join(error.causes(), ", ")));
    own.renewal = Clock::now() + pauseAfterFailure;
  }
}

int Session::maxAttempts() const {
  Implementation& own = *implementation_;
  if (!own.attempts) own.attempts = readAttempts(own.config.setting("AWS_MAX_ATTEMPTS", "max_attempts"));
  return *own.attempts;
}

}  // namespace whimbrel::aws
