#include "drivers/native_url.h"

#include <algorithm>
#include <array>

#include "core/text/strings.h"

namespace whimbrel {

namespace {

struct Scheme {
  std::string_view native;
  std::string_view jdbc;
};

constexpr std::array servers = {
    Scheme{"mysql://", "jdbc:mysql://"},
    Scheme{"mariadb://", "jdbc:mariadb://"},
    Scheme{"postgres://", "jdbc:postgresql://"},
    Scheme{"postgresql://", "jdbc:postgresql://"},
};

constexpr Scheme sqlite{"sqlite:", "jdbc:sqlite:"};

struct Property {
  std::string_view native;
  std::string_view jdbc;
};

// What MySQL's own clients call these properties.
constexpr std::array properties = {
    Property{"ssl-mode", "sslMode"},       Property{"ssl-ca", "serverSslCert"},
    Property{"ssl-cert", "clientSslCert"}, Property{"ssl-key", "clientSslKey"},
    Property{"socket", "localSocket"},
};

/// "?ssl-mode=REQUIRED&a=b" with JDBC's names.
std::string toJdbcProperties(std::string_view query) {
  std::string converted;
  while (!query.empty()) {
    converted += query.front();  // '?' or '&'
    query.remove_prefix(1);
    const std::string_view property = query.substr(0, query.find('&'));
    const std::string_view name = property.substr(0, property.find('='));
    const auto* known = std::ranges::find(properties, name, &Property::native);
    converted += known == properties.end() ? name : known->jdbc;
    converted += property.substr(name.size());
    query.remove_prefix(property.size());
  }
  return converted;
}

/// `rest` is all behind "mysql://". A password may hold a raw '/' or '@', so the last '@' counts.
JdbcUrl fromServerUrl(const Scheme& scheme, std::string_view rest) {
  JdbcUrl converted;
  const std::string_view query = rest.substr(std::min(rest.find('?'), rest.size()));
  std::string_view place = rest.substr(0, rest.size() - query.size());
  if (const std::size_t at = place.rfind('@'); at != std::string_view::npos) {
    const std::string_view credentials = place.substr(0, at);
    const std::size_t colon = std::min(credentials.find(':'), credentials.size());
    converted.user = decodePercent(credentials.substr(0, colon));
    if (colon < credentials.size()) converted.password = decodePercent(credentials.substr(colon + 1));
    place.remove_prefix(at + 1);
  }
  converted.url.append(scheme.jdbc).append(place).append(toJdbcProperties(query));
  return converted;
}

}  // namespace

JdbcUrl toJdbcUrl(std::string_view url) {
  for (const Scheme& scheme : servers)
    if (url.starts_with(scheme.native)) return fromServerUrl(scheme, url.substr(scheme.native.size()));
  if (!url.starts_with(sqlite.native)) return {std::string(url), {}, {}};
  std::string_view file = url.substr(sqlite.native.size());
  if (file.starts_with("//")) file.remove_prefix(2);
  return {std::string(sqlite.jdbc).append(file), {}, {}};
}

}  // namespace whimbrel
