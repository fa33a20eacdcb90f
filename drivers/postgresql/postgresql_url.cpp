#include "drivers/postgresql/postgresql_url.h"

#include <charconv>
#include <utility>

namespace whimbrel::postgresql {

namespace {

constexpr std::string_view scheme = "jdbc:postgresql:";

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// As in a web form: a plus sign is a blank. What is no escape stays as it is.
std::string decodePercent(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hexDigit(text[i + 1]) >= 0 && hexDigit(text[i + 2]) >= 0) {
      decoded += static_cast<char>(hexDigit(text[i + 1]) * 16 + hexDigit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

/// The text before the first `separator`, which is cut off `text` together with the separator.
std::string_view cutAt(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  const std::string_view head = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return head;
}

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
  if (!host.empty()) address.host = decodePercent(host);
  return address;
}

/// Everything between `//` and `/`. False when a port is none.
bool readAuthority(Url& url, std::string_view authority) {
  const std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    std::string_view credentials = authority.substr(0, at);
    url.user = decodePercent(cutAt(credentials, ':'));
    if (!credentials.empty()) url.password = decodePercent(credentials);
    authority.remove_prefix(at + 1);
  }
  do {
    std::optional<ServerAddress> address = parseAddress(cutAt(authority, ','));
    if (!address) return false;
    url.addresses.push_back(*std::move(address));
  } while (!authority.empty());
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
  } else {
    url.addresses.emplace_back();
  }
  url.database = decodePercent(place);
  while (!properties.empty()) {
    std::string_view value = cutAt(properties, '&');
    const std::string_view name = cutAt(value, '=');
    if (!name.empty()) url.properties[std::string(name)] = decodePercent(value);
  }
  return url;
}

}  // namespace whimbrel::postgresql
