#include "core/secrets/secret_resolver.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/config/keys.h"
#include "core/error.h"
#include "core/secrets/secret_fields.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

constexpr std::string_view secretPrefix = "${secretsmanager:";
constexpr std::string_view parameterPrefix = "${ssm:";
/// Shorter texts stand in too many words.
constexpr std::size_t shortestHidden = 4;

/// The reference that `text` begins with, "${ssm:/path}"; empty when there is none.
std::string_view referenceAt(std::string_view text) {
  if (!text.starts_with(secretPrefix) && !text.starts_with(parameterPrefix)) return {};
  return text.substr(0, text.find('}') + 1);
}

bool belongsToLogin(std::string_view key) {
  constexpr auto keys = std::to_array<std::string_view>({"flyway.url", "flyway.user", "flyway.password"});
  return std::ranges::find(keys, key) != keys.end() || key.starts_with("flyway.jdbcProperties.");
}

std::vector<std::string> withMessage(const Error& error) {
  std::vector<std::string> texts = {error.message()};
  texts.insert(texts.end(), error.causes().begin(), error.causes().end());
  return texts;
}

/// As it stands between the quotes of a JSON document.
std::string inJson(const std::string& text) {
  const std::string quoted =
      nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

Configuration SecretResolver::resolve(Configuration configuration) {
  usedForLogin_ = false;
  for (auto& [key, value] : configuration)
    if (replaceReferences(key, value) && belongsToLogin(key)) usedForLogin_ = true;
  const auto url = configuration.find("flyway.url");
  if (url == configuration.end()) return configuration;
  const std::string written = url->second.reference.value_or(url->second.value);
  const std::optional<LoginSecret> secret = translateAwsUrl(configuration);
  if (!secret) return configuration;
  url->second.reference = written;
  usedForLogin_ = true;
  applyLogin(*secret, configuration);
  return configuration;
}

bool SecretResolver::replaceReferences(const std::string& key, ConfiguredValue& value) {
  std::string replaced;
  std::string_view rest = value.value;
  while (!rest.empty()) {
    const std::string_view reference = referenceAt(rest);
    if (reference.empty()) {
      replaced += rest.front();
      rest.remove_prefix(1);
      continue;
    }
    try {
      replaced += resolved(reference);
    } catch (const Error& error) {
      throw Error(ErrorCode::Configuration,
                  fmt::format("Unable to resolve {} in {} ({})", reference, key, value.source),
                  withMessage(error));
    }
    rest.remove_prefix(reference.size());
  }
  if (replaced == value.value) return false;
  value.reference = std::exchange(value.value, std::move(replaced));
  return true;
}

std::string SecretResolver::resolved(std::string_view reference) {
  const bool isParameter = reference.starts_with(parameterPrefix);
  const std::size_t begin = (isParameter ? parameterPrefix : secretPrefix).size();
  const std::string inside(reference.substr(begin, reference.size() - begin - 1));
  if (isParameter) {
    const aws::StoredText& parameter = store_.parameter(inside);
    if (parameter.isSecret) hide(parameter.text);
    return parameter.text;
  }
  const std::size_t mark = inside.rfind('#');
  const std::string id = inside.substr(0, mark);
  const std::string& text = store_.secret(id).text;
  if (mark != std::string::npos) return field(text, id, std::string_view(inside).substr(mark + 1));
  hide(text);
  return text;
}

std::string SecretResolver::field(const std::string& text, const std::string& id, std::string_view name) {
  std::optional<std::string> value = secretField(text, name);
  if (!value) throw Error(ErrorCode::Configuration, fmt::format("The secret {} has no field {}", id, name));
  if (!mayBeShown(name)) hide(*value);
  return *std::move(value);
}

void SecretResolver::applyLogin(const LoginSecret& secret, Configuration& configuration) {
  const auto set = [&](const std::string& key, std::string value) {
    configuration[key] = {std::move(value), fmt::format("secret {}", secret.id), false, {}};
  };
  try {
    const std::string& text = store_.secret(secret.id, secret.region).text;
    set("flyway.user", field(text, secret.id, secret.usernameField));
    for (const char* const key : {"flyway.passwordFile", "flyway.passwordCommand"}) configuration.erase(key);
    set("flyway.password", field(text, secret.id, secret.passwordField));
    std::string& url = configuration.at("flyway.url").value;
    if (lacksHost(url))
      url = completeUrl(url, field(text, secret.id, "host"), secretField(text, "port").value_or(""),
                        secretField(text, "dbname").value_or(""));
  } catch (const Error& error) {
    throw Error(ErrorCode::Configuration, fmt::format("Unable to log in with the secret {}", secret.id),
                withMessage(error));
  }
}

void SecretResolver::hide(const std::string& text) {
  std::vector<std::string> texts = split(text, '\n');
  texts.push_back(text);
  for (const std::string& each : texts) {
    if (each.size() < shortestHidden) continue;
    hide_(each);
    if (std::string escaped = inJson(each); escaped != each) hide_(std::move(escaped));
  }
}

}  // namespace whimbrel
