#include "drivers/mysql/mysql_url.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "core/config/configuration.h"
#include "core/database.h"
#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel::mysql {

namespace {

struct Scheme {
  std::string_view prefix;
  JavaDriver driver;
  bool firstHostWrites;  ///< of several hosts only the first takes writes, unless their types say otherwise
};

constexpr std::array schemes = {
    Scheme{"jdbc:mysql://", JavaDriver::MySql, false},
    Scheme{"jdbc:mysql:loadbalance://", JavaDriver::MySql, false},
    Scheme{"jdbc:mysql:replication://", JavaDriver::MySql, true},
    Scheme{"jdbc:mariadb://", JavaDriver::MariaDb, false},
    Scheme{"jdbc:mariadb:sequential://", JavaDriver::MariaDb, false},
    Scheme{"jdbc:mariadb:loadbalance://", JavaDriver::MariaDb, false},
    Scheme{"jdbc:mariadb:aurora://", JavaDriver::MariaDb, false},
    Scheme{"jdbc:mariadb:replication://", JavaDriver::MariaDb, true},
};

/// Only MySQL's driver decodes, as in a web form.
std::string decode(std::string_view text, JavaDriver driver) {
  return driver == JavaDriver::MariaDb ? std::string(text) : decodePercent(text, Plus::IsBlank);
}

/// Split at commas that stand outside of () and [].
std::vector<std::string_view> splitList(std::string_view text) {
  std::vector<std::string_view> items;
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(' || text[i] == '[') ++depth;
    if (text[i] == ')' || text[i] == ']') --depth;
    if (text[i] == ',' && depth <= 0) {
      items.push_back(text.substr(start, i - start));
      start = i + 1;
    }
  }
  items.push_back(text.substr(start));
  return items;
}

struct Host {
  ServerAddress address;
  std::string type;  ///< "master", "slave", or empty
};

class HostList {
 public:
  HostList(Url& url, bool firstHostWrites) : url_(url), firstHostWrites_(firstHostWrites) {}

  void read(std::string_view authority) {
    for (const std::string_view item : splitList(authority)) readItem(trim(item));
    chooseAddresses();
  }

 private:
  void readItem(std::string_view item) {
    const std::size_t at = isKeyed(item) ? std::string_view::npos : item.rfind('@');
    if (at != std::string_view::npos) {
      readCredentials(item.substr(0, at));
      item.remove_prefix(at + 1);
    }
    // user:password@[host1,host2]: brackets around more than an IPv6 address
    if (item.starts_with('[') && item.ends_with(']') && item.find_first_of(",(") != std::string_view::npos) {
      for (const std::string_view inner : splitList(item.substr(1, item.size() - 2)))
        readAddress(trim(inner));
    } else {
      readAddress(item);
    }
  }

  static bool isKeyed(std::string_view item) {
    return item.starts_with('(') || asciiLower(item.substr(0, 8)) == "address=";
  }

  void readAddress(std::string_view item) {
    if (isKeyed(item))
      readKeyed(item.substr(std::min(item.find('('), item.size())));
    else
      readHostPort(item);
  }

  void readCredentials(std::string_view credentials) {
    url_.user = decode(cutAt(credentials, ':'), url_.driver);
    if (!credentials.empty()) url_.password = decode(credentials, url_.driver);
  }

  void readHostPort(std::string_view item) {
    const std::size_t bracket = item.starts_with('[') ? item.find(']') : std::string_view::npos;
    const std::size_t colon = item.find(':', bracket == std::string_view::npos ? 0 : bracket);
    Host host;
    host.address.host =
        bracket == std::string_view::npos ? item.substr(0, colon) : item.substr(1, bracket - 1);
    if (colon != std::string_view::npos) host.address.port = port(item.substr(colon + 1), item);
    add(std::move(host));
  }

  /// (host=h)(port=p) or (host=h,port=p)
  void readKeyed(std::string_view item) {
    Host host;
    std::string pairs(item);
    std::ranges::replace_if(
        pairs, [](char c) { return c == '(' || c == ')'; }, ',');
    for (const std::string& pair : split(pairs, ',')) {
      std::string_view value = pair;
      const std::string key = asciiLower(trim(cutAt(value, '=')));
      value = trim(value);
      if (key == "host") host.address.host = decode(value, url_.driver);
      if (key == "port") host.address.port = port(value, item);
      if (key == "type") host.type = asciiLower(value);
      if (key == "user") url_.user = decode(value, url_.driver);
      if (key == "password") url_.password = decode(value, url_.driver);
    }
    add(std::move(host));
  }

  std::uint16_t port(std::string_view text, std::string_view item) const {
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size() && number > 0) return number;
    if (url_.driver == JavaDriver::MariaDb)
      throw SqlError(fmt::format("error parsing url : Incorrect port value : {}", text), std::nullopt, 0);
    throw SqlError(fmt::format("Failed to parse the host:port pair '{}'.", item), "08001", 0);
  }

  void add(Host host) {
    if (host.address.host.empty()) host.address.host = "localhost";
    hosts_.push_back(std::move(host));
  }

  /// Migrations write, so a host that is known as a replica is never connected to.
  void chooseAddresses() {
    const auto isReplica = [](const Host& host) { return host.type == "slave" || host.type == "replica"; };
    const bool typed = std::ranges::any_of(hosts_, [](const Host& host) { return !host.type.empty(); });
    for (const Host& host : hosts_)
      if (!isReplica(host)) url_.addresses.push_back(host.address);
    if (url_.addresses.empty()) url_.addresses.push_back(hosts_.front().address);
    if (firstHostWrites_ && !typed) url_.addresses.resize(1);
  }

  Url& url_;
  bool firstHostWrites_;
  std::vector<Host> hosts_;
};

void readProperties(Url& url, std::string_view text) {
  while (!text.empty()) {
    std::string_view value = cutAt(text, '&');
    const bool named = value.find('=') != std::string_view::npos;
    const std::string_view name = cutAt(value, '=');
    if (named) url.properties[decode(name, url.driver)] = decode(value, url.driver);
  }
}

}  // namespace

bool IgnoreCase::operator()(const std::string& left, const std::string& right) const {
  return asciiLower(left) < asciiLower(right);
}

Url parseUrl(std::string_view text) {
  const auto scheme =
      std::ranges::find_if(schemes, [&](const Scheme& s) { return text.starts_with(s.prefix); });
  if (scheme == schemes.end()) throw Error("Unable to connect to " + redactUrl(text));
  Url url;
  url.driver = scheme->driver;
  std::string_view rest = text.substr(scheme->prefix.size());
  std::string_view place = cutAt(rest, '?');
  HostList(url, scheme->firstHostWrites).read(cutAt(place, '/'));
  url.database = decode(place, url.driver);
  readProperties(url, rest);
  return url;
}

}  // namespace whimbrel::mysql
