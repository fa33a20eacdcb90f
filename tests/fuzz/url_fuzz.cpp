// The readers of URLs: an Error or SqlError, or an answer; and no password in what is shown of a URL.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/config/configuration.h"
#include "core/database.h"
#include "drivers/native_url.h"
#include "drivers/registry.h"
#include "drivers/sqlite/sqlite_url.h"
#include "tests/fuzz/attempt.h"
#ifdef WHIMBREL_MYSQL
#include "drivers/mysql/connect_options.h"
#endif
#ifdef WHIMBREL_POSTGRESQL
#include "drivers/postgresql/connect_options.h"
#endif

namespace {

using namespace whimbrel;

void readAsEachDatabase(const std::string& url, const std::string& rest) {
  attempt([&] { credentialNeeds(url); });
  attempt([&] { sqlite::parseUrl("jdbc:sqlite:" + rest, {}, nullptr); });
#ifdef WHIMBREL_MYSQL
  for (const std::string prefix : {"jdbc:mysql://", "jdbc:mariadb:replication://"})
    attempt([&] {
      ConnectionSettings settings;
      settings.url = prefix + rest;
      if (mysql::connectOptions(settings).addresses.empty()) std::abort();
    });
#endif
#ifdef WHIMBREL_POSTGRESQL
  attempt([&] {
    ConnectionSettings settings;
    settings.url = "jdbc:postgresql:" + rest;
    if (postgresql::connectOptions(settings).addresses.empty()) std::abort();
  });
#endif
}

void requireHidden(const std::string& url) {
  const std::string secret = "gEhEiM";
  if (url.find(secret) != std::string::npos) return;
  for (const std::string& hiding : {url + "&password=" + secret, "mysql://user:" + secret + "@" + url}) {
    if (url.find('?') == 0) continue;
    if (redactUrl(hiding).find(secret) != std::string::npos) std::abort();
    if (displayUrl(redactUrl(hiding)).find(secret) != std::string::npos) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  toJdbcUrl(text);
  redactUrl(text);
  displayUrl(text);
  readAsEachDatabase(text, text);
  requireHidden(text);
  return 0;
}
