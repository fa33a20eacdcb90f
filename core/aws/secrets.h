// Texts that Secrets Manager and the parameter store of Systems Manager keep (spec/aws.md section 2).
#pragma once

#include <map>
#include <string>

#include "core/aws/session.h"

namespace whimbrel::aws {

struct StoredText {
  std::string text;
  bool isSecret = true;  ///< false for a parameter that is kept in clear text
};

/// Each text is asked for once. An ARN in place of a name says the region, too. All functions throw Error
/// with the service's answer.
class SecretStore {
 public:
  explicit SecretStore(Session& session) : session_(session) {}

  /// `region` is where the secret is, unless its id says that; empty: the configured one.
  const StoredText& secret(const std::string& id, const std::string& region = {});
  const StoredText& parameter(const std::string& name);

  /// Asks anew from now on: a secret was rotated.
  void forget();

 private:
  Session& session_;
  std::map<std::string, StoredText> secrets_;
  std::map<std::string, StoredText> parameters_;
};

}  // namespace whimbrel::aws
