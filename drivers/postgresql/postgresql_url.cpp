#include "drivers/postgresql/postgresql_url.h"

#include <charconv>
#include <utility>

#include "core/text/strings.h"

namespace whimbrel::postgresql {

namespace {

constexpr std::string_view scheme = "jdbc:postgresql:";

/// As in a web form.
std::string decode(std::string_view text) { return decodePercent(text, Plus::IsBlank); }

std::optional<std::uint16_t> parsePort(std::string_view text) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number == 0) return std::nullopt;
  return number;
}

/// `host`, `host:port`, `[address]:port`; absent when the port is none.
std::optional<ServerAddress> parseAddress(std::string_view item) {
  ServerAddress address;
  const std::size_t bracket = item.starts_with('[') ? item.find(']') : std::string_view::npos;
  const std::size_t colon = item.rfind(':');
  const bool hasPort =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  if (hasPort) {
    const std::optional<std::uint16_t> port = parsePort(item.substr(colon + 1));
    if (!port) return std::nullopt;
    address.port = *port;
  }
  const std::string_view host =
      bracket == std::string_view::npos ? item.substr(0, colon) : item.substr(1, bracket - 1);
  if (!host.empty()) address.host = decode(host);
  return address;
}

/// Everything between `//` and `/`. False when a port is none.
bool readAuthority(Url& url, std::string_view authority) {
  const std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    std::string_view credentials = authority.substr(0, at);
    url.user = decode(cutAt(credentials, ':'));
    if (!credentials.empty()) url.password = decode(credentials);
    authority.remove_prefix(at + 1);
  }
  while (!authority.empty()) {
    std::optional<ServerAddress> address = parseAddress(cutAt(authority, ','));
    if (!address) return false;
    url.addresses.push_back(*std::move(address));
  }
  return true;
}

}  // namespace

std::optional<Url> parseUrl(std::string_view text) {
  if (!text.starts_with(scheme)) return std::nullopt;
  std::string_view properties = text.substr(scheme.size());
  std::string_view place = cutAt(properties, '?');
  Url url;
  if (place.starts_with("//")) {
    place.remove_prefix(2);
    if (!readAuthority(url, cutAt(place, '/'))) return std::nullopt;
  }
  url.database = decode(place);
  while (!properties.empty()) {
    std::string_view value = cutAt(properties, '&');
    const std::string_view name = cutAt(value, '=');
    if (!name.empty()) url.properties[std::string(name)] = decode(value);
  }
  return url;
}

}  // namespace whimbrel::postgresql
