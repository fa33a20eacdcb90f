// Which driver takes which URL. Adding a database is one row here.
#pragma once

#include <memory>

#include "core/database.h"

namespace whimbrel {

/// What the user has to be asked for before connecting.
struct CredentialNeeds {
  bool user = false;
  bool password = false;
};

/// Connects; the URL may also be a native one (drivers/native_url.h). Throws Error when no driver takes the
/// URL ("No database found to handle …", "Unable to connect to …"), and SqlError when the server can't be
/// reached or refuses.
std::unique_ptr<Database> openDatabase(const ConnectionSettings& settings);

/// Whether any driver takes the URL: checked early, before anything is connected. Throws the same Error as
/// openDatabase.
void requireDriver(const std::string& url);

/// What the URL leaves open, by the reference's rules (spec/configuration.md section 10), but nothing for
/// SQLite, which has no users. Throws the same Error.
CredentialNeeds credentialNeeds(const std::string& url);

}  // namespace whimbrel
