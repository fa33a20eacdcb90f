#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/aws/credential_document.h"
#include "core/aws/instance_metadata.h"
#include "core/aws/provider.h"
#include "core/aws/session.h"
#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel::aws {

namespace {

constexpr std::string_view rolesPath = "/latest/meta-data/iam/security-credentials/";

/// The instance itself says that it has none to give: "AssumeRoleUnauthorizedAccess".
void requireSuccess(const std::string& json, const std::string& source) {
  const nlohmann::json document = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return;  // readCredentialDocument() complains
  const auto code = document.find("Code");
  if (code == document.end() || !code->is_string() || *code == "Success") return;
  const auto message = document.find("Message");
  throw Error(ErrorCode::Configuration, fmt::format("Unable to get AWS credentials from {}", source),
              {fmt::format("{}: {}", code->get<std::string>(),
                           message != document.end() && message->is_string() ? message->get<std::string>()
                                                                             : "no reason given")});
}

}  // namespace

// A service that does not answer is no error: few machines have it.
Found fromInstance(Session& session, SharedConfig& config) {
  if (InstanceMetadata::isDisabled(config)) return NotConfigured{"AWS_EC2_METADATA_DISABLED is true"};
  InstanceMetadata metadata(session.http(), config);
  try {
    const std::optional<std::string> roles = metadata.get(rolesPath);
    const std::string role(
        trim(std::string_view(roles.value_or("")).substr(0, roles.value_or("").find('\n'))));
    if (role.empty()) return NotConfigured{"the instance has no role"};
    const std::string source = fmt::format("role {} of the instance", role);
    const std::optional<std::string> document = metadata.get(fmt::format("{}{}", rolesPath, role));
    if (!document) return NotConfigured{fmt::format("the instance has no credentials of its role {}", role)};
    requireSuccess(*document, source);
    Credentials credentials = readCredentialDocument(*document, "Token", source);
    credentials.outlastsOutage = true;
    return credentials;
  } catch (const HttpFailure& failure) {
    return NotConfigured{fmt::format("{} has no answer: {}", metadata.address(), failure.what())};
  }
}

}  // namespace whimbrel::aws
