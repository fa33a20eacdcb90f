#include "core/aws/sts.h"

#include <charconv>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/aws/credential_document.h"
#include "core/aws/endpoint.h"
#include "core/aws/service.h"
#include "core/aws/sigv4.h"
#include "core/aws/xml.h"
#include "core/error.h"
#include "core/secret_file.h"
#include "core/text/strings.h"

namespace whimbrel::aws {

namespace {

using Form = std::vector<std::pair<std::string, std::string>>;

struct Place {
  std::string url;
  std::string region;  ///< of the signature
};

/// Regional, or the one global host where that is asked for and serves the region.
Place place(Session& session, SharedConfig& config) {
  const std::string& region = session.region();
  const std::string kind =
      asciiLower(config.setting("AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints").value_or("regional"));
  if (kind != "regional" && kind != "legacy")
    throw Error(ErrorCode::Configuration,
                fmt::format("AWS_STS_REGIONAL_ENDPOINTS is regional or legacy, but was: {}", kind));
  if (kind == "legacy" && hadGlobalSts(region) && !session.hasCustomEndpoint("sts"))
    return {"https://sts.amazonaws.com", "us-east-1"};
  return {session.endpoint("sts", region), region};
}

Error failure(const Role& role, const std::string& why) {
  return Error(ErrorCode::Configuration, fmt::format("Unable to get AWS credentials from {}", role.source),
               {fmt::format("{} as {}: {}", "STS", role.arn, why)});
}

void requireDuration(const Role& role) {
  if (role.durationSeconds.empty()) return;
  int seconds = 0;
  const char* const end = role.durationSeconds.data() + role.durationSeconds.size();
  const auto [stop, error] = std::from_chars(role.durationSeconds.data(), end, seconds);
  if (error != std::errc() || stop != end || seconds < 900 || seconds > 43200)
    throw failure(role, fmt::format("duration_seconds is a number from 900 to 43200, but was: {}",
                                    role.durationSeconds));
}

Form formFor(const char* action, const Role& role) {
  requireDuration(role);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  Form form = {
      {"Action", action},
      {"Version", "2011-06-15"},
      {"RoleArn", role.arn},
      {"RoleSessionName",
       role.sessionName.empty()
           ? fmt::format("whimbrel-{}", std::chrono::duration_cast<std::chrono::seconds>(now).count())
           : role.sessionName}};
  if (!role.externalId.empty()) form.emplace_back("ExternalId", role.externalId);
  if (!role.durationSeconds.empty()) form.emplace_back("DurationSeconds", role.durationSeconds);
  return form;
}

Credentials readAnswer(const Role& role, const HttpResponse& response) {
  if (response.status != 200) throw failure(role, describe(readServiceError(response)));
  pugi::xml_document document;
  document.load_buffer(response.body.data(), response.body.size());
  Credentials credentials{textOf(document, "AccessKeyId"), textOf(document, "SecretAccessKey"),
                          textOf(document, "SessionToken"), parseTimestamp(textOf(document, "Expiration")),
                          role.source};
  if (credentials.accessKeyId.empty() || credentials.secretAccessKey.empty())
    throw failure(role, "the answer holds no credentials");
  return credentials;
}

/// Not by the session's own credentials, which are just being looked for.
HttpResponse sendSignedBy(const Credentials& caller, Session& session, const Place& at,
                          const HttpRequest& request) {
  for (int left = session.maxAttempts() - 1;; --left) {
    try {
      const SigningScope scope{at.region, "sts", std::chrono::system_clock::now()};
      HttpResponse response =
          session.http().send(caller.accessKeyId.empty() ? request : sign(request, caller, scope));
      if (left <= 0 || response.status < 300 || !isRetryable(readServiceError(response))) return response;
    } catch (const HttpFailure& failure) {
      if (left <= 0) throw Error(fmt::format("Unable to reach sts: {}", failure.what()));
    }
  }
}

Credentials ask(Session& session, SharedConfig& config, const Role& role, Form form,
                const Credentials& caller) {
  const Place at = place(session, config);
  const HttpRequest request{.method = "POST",
                            .url = at.url + "/",
                            .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                            .body = canonicalQuery(std::move(form))};
  return readAnswer(role, sendSignedBy(caller, session, at, request));
}

}  // namespace

Credentials assumeRole(Session& session, SharedConfig& config, const Role& role, const Credentials& caller) {
  return ask(session, config, role, formFor("AssumeRole", role), caller);
}

Credentials assumeRoleWithWebIdentity(Session& session, SharedConfig& config, const Role& role,
                                      const std::string& tokenFile) {
  Form form = formFor("AssumeRoleWithWebIdentity", role);
  const std::string token =
      readSecretFile(tokenFile, fmt::format("Unable to read the web identity token: {}", tokenFile));
  form.emplace_back("WebIdentityToken", trim(token));
  return ask(session, config, role, std::move(form), /*caller: nobody yet*/ {});
}

}  // namespace whimbrel::aws
