// The configured database, and how to log in to it when that takes a secret or a token of AWS.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "core/aws/session.h"
#include "core/config/settings.h"
#include "core/database.h"
#include "core/secrets/secret_resolver.h"

namespace whimbrel {

class Connector {
 public:
  /// `readAgain` reads the configuration once more, with secrets as they are then.
  Connector(const Settings& settings, SecretResolver& secrets, aws::Session& session, Log& log,
            std::function<Settings()> readAgain)
      : settings_(settings),
        secrets_(secrets),
        session_(session),
        log_(log),
        propertyLog_(&log),
        readAgain_(std::move(readAgain)) {}

  /// Connects once. When the server refuses a login that came from a secret, the secret may have been rotated
  /// since it was read: it is fetched again, once, and the login tried again. Throws Error and SqlError.
  std::unique_ptr<Database> open();

 private:
  std::unique_ptr<Database> connect();
  MakeToken makeToken(const Settings& settings) const;

  const Settings& settings_;
  SecretResolver& secrets_;
  aws::Session& session_;
  Log& log_;
  Log* propertyLog_;  ///< what properties mean nothing is said once, however often the run connects
  std::function<Settings()> readAgain_;
  std::optional<Settings> fresh_;  ///< after a rotation, in place of settings_
};

}  // namespace whimbrel
