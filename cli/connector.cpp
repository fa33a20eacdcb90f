#include "cli/connector.h"

#include <utility>

#include <fmt/format.h>

#include "core/aws/rds_login.h"
#include "drivers/registry.h"

namespace whimbrel {

namespace {

/// Class 28 of SQL's states: the server does not know the user, or not with this password.
bool isRefusedLogin(const SqlError& error) { return error.sqlState && error.sqlState->starts_with("28"); }

}  // namespace

std::unique_ptr<Database> Connector::open() {
  try {
    return connect();
  } catch (const SqlError& error) {
    if (!secrets_.isUsedForLogin() || !isRefusedLogin(error)) throw;
    log_.warn(fmt::format("The login is refused ({}); fetching its secret again", error.what()));
  }
  secrets_.forget();
  fresh_ = readAgain_();
  return connect();
}

std::unique_ptr<Database> Connector::connect() {
  const Settings& settings = fresh_ ? *fresh_ : settings_;
  return openDatabase({settings.url, settings.user, settings.password, settings.jdbcProperties, &log_,
                       std::exchange(propertyLog_, nullptr), makeToken(settings)});
}

MakeToken Connector::makeToken(const Settings& settings) const {
  if (!settings.awsIamAuthentication) return {};
  return [&session = session_, place = aws::RdsPlace{settings.awsIamHost, settings.awsIamRegion}](
             std::string_view host, int port, std::string_view user) {
    return aws::rdsPassword(session, place, host, port, user);
  };
}

}  // namespace whimbrel
