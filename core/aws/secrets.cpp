#include "core/aws/secrets.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/aws/service.h"
#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel::aws {

namespace {

using Json = nlohmann::json;

/// A call of one of the services that speak JSON.
struct Call {
  std::string_view service;  ///< in host names
  std::string_view target;
  std::string_view title;  ///< for messages
};
constexpr Call getSecretValue{"secretsmanager", "secretsmanager.GetSecretValue", "Secrets Manager"};
constexpr Call getParameter{"ssm", "AmazonSSM.GetParameter", "the parameter store"};

/// "eu-west-1" of "arn:aws:secretsmanager:eu-west-1:123456789012:secret:name"; empty for a name.
std::string regionOf(const std::string& id) {
  if (!id.starts_with("arn:")) return {};
  const std::vector<std::string> parts = split(id, ':');
  return parts.size() > 5 ? parts[3] : "";
}

Json ask(Session& session, const Call& call, const std::string& id, std::string region,
         const Json& question) {
  if (const std::string ofArn = regionOf(id); !ofArn.empty()) region = ofArn;
  if (region.empty()) region = session.region();
  const HttpRequest request{
      .method = "POST",
      .url = session.endpoint(call.service, region) + "/",
      .headers = {{"Content-Type", "application/x-amz-json-1.1"}, {"X-Amz-Target", std::string(call.target)}},
      .body = question.dump(-1, ' ', false, Json::error_handler_t::replace)};
  const HttpResponse response = sendSigned(session, call.service, region, request);
  const auto fail = [&](const std::string& why) {
    return Error(ErrorCode::Configuration,
                 fmt::format("Unable to get {} from {} in {}", id, call.title, region), {why});
  };
  if (response.status != 200)
    throw fail(fmt::format("{} (asked with {})", describe(readServiceError(response)),
                           session.credentials().source));
  Json answer = Json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  if (!answer.is_object()) throw fail("The answer is no JSON object");
  return answer;
}

StoredText readSecret(const std::string& id, const Json& answer) {
  if (const auto text = answer.find("SecretString"); text != answer.end() && text->is_string())
    return {text->get<std::string>()};
  throw Error(ErrorCode::Configuration,
              fmt::format("The secret {} is binary; only secrets that are text can be used", id));
}

StoredText readParameter(const std::string& name, const Json& answer) {
  const Json parameter = answer.value("Parameter", Json::object());
  const auto value = parameter.find("Value");
  if (value == parameter.end() || !value->is_string())
    throw Error(ErrorCode::Configuration, fmt::format("The parameter {} has no value", name));
  return {value->get<std::string>(), parameter.value("Type", "") == "SecureString"};
}

}  // namespace

const StoredText& SecretStore::secret(const std::string& id, const std::string& region) {
  const auto found = secrets_.find(id);
  if (found != secrets_.end()) return found->second;
  const Json answer = ask(session_, getSecretValue, id, region, {{"SecretId", id}});
  return secrets_[id] = readSecret(id, answer);
}

const StoredText& SecretStore::parameter(const std::string& name) {
  const auto found = parameters_.find(name);
  if (found != parameters_.end()) return found->second;
  const Json answer = ask(session_, getParameter, name, {}, {{"Name", name}, {"WithDecryption", true}});
  return parameters_[name] = readParameter(name, answer);
}

void SecretStore::forget() {
  secrets_.clear();
  parameters_.clear();
}

}  // namespace whimbrel::aws
