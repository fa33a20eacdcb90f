// Puts what AWS keeps into the configuration: `${secretsmanager:ID#field}` and `${ssm:NAME}` in any value,
// and the login of a URL of AWS's Java drivers.
#pragma once

#include <functional>
#include <string>

#include "core/aws/secrets.h"
#include "core/config/configuration.h"
#include "core/secrets/aws_url.h"

namespace whimbrel {

class SecretResolver {
 public:
  /// `hide` is given every text that no output may hold, before resolve() returns.
  SecretResolver(aws::Session& session, std::function<void(std::string text)> hide)
      : store_(session), hide_(std::move(hide)) {}

  /// The configuration with all references replaced; those that were keep their text for messages. What comes
  /// from AWS is not looked into for further references. Nothing is asked of AWS when there is none. Throws
  /// Error that names the reference and its key.
  Configuration resolve(Configuration configuration);

  /// Whether the login, as resolve() found it last, depends on something that can change while we run.
  bool isUsedForLogin() const { return usedForLogin_; }
  /// Fetches everything anew from now on.
  void forget() { store_.forget(); }

 private:
  std::string resolved(std::string_view reference);
  bool replaceReferences(const std::string& key, ConfiguredValue& value);
  void applyLogin(const LoginSecret& secret, Configuration& configuration);
  std::string field(const std::string& text, const std::string& id, std::string_view name);
  void hide(const std::string& text);

  aws::SecretStore store_;
  std::function<void(std::string text)> hide_;
  bool usedForLogin_ = false;
};

}  // namespace whimbrel
