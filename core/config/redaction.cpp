// What of a configuration may be shown.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "core/config/configuration.h"
#include "core/config/keys.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

std::string stars(std::string_view secret) { return std::string(utf16Length(secret), '*'); }

// Where `user:password@` stands in a URL: `begin` to `end`, which is behind the '@'.
struct Credentials {
  std::size_t begin;
  std::size_t colon;
  std::size_t end;
};

// Everything up to the last '@' counts: a password may hold '/', ':' and '@' itself, and a secret that is
// shown is worse than a host that is hidden.
std::optional<Credentials> findCredentials(std::string_view url) {
  const std::size_t slashes = url.find("//");
  const std::size_t at = url.substr(0, url.find('?')).rfind('@');
  if (slashes == std::string_view::npos || at == std::string_view::npos || at < slashes) return std::nullopt;
  const std::size_t colon = url.find(':', slashes);
  if (colon > at) return std::nullopt;
  return Credentials{slashes + 2, colon, at + 1};
}

// The name in front of the '='.
std::string_view propertyName(std::string_view url, std::size_t equals) {
  const std::string_view before = url.substr(0, equals);
  const std::size_t delimiter = before.find_last_of("?&;(,=/");
  return before.substr(delimiter == std::string_view::npos ? 0 : delimiter + 1);
}

std::vector<std::string_view> secretValues(std::string_view url) {
  std::vector<std::string_view> secrets;
  for (std::size_t equals = url.find('='); equals != std::string_view::npos;
       equals = url.find('=', equals + 1)) {
    if (!namesSecret(propertyName(url, equals))) continue;
    const std::string_view value = url.substr(equals + 1);
    if (const std::size_t end = std::min(value.find_first_of(";&"), value.size()); end > 0)
      secrets.push_back(value.substr(0, end));
  }
  return secrets;
}

// A text of which parts are to be shown as stars, one for each character.
class Mask {
 public:
  explicit Mask(std::string_view text) : text_(text), hidden_(text.size()) {}

  void hide(std::size_t begin, std::size_t end) {
    std::fill(hidden_.begin() + static_cast<std::ptrdiff_t>(begin),
              hidden_.begin() + static_cast<std::ptrdiff_t>(end), true);
  }
  void hideEvery(std::string_view secret) {
    for (std::size_t found = text_.find(secret); found != std::string_view::npos;
         found = text_.find(secret, found + secret.size()))
      hide(found, found + secret.size());
  }
  std::string shown() const {
    std::string shown;
    for (std::size_t i = 0; i < text_.size(); ++i) {
      const bool continuesCharacter = (static_cast<unsigned char>(text_[i]) & 0xC0) == 0x80;
      if (!hidden_[i])
        shown += text_[i];
      else if (!continuesCharacter)
        shown += '*';
    }
    return shown;
  }

 private:
  std::string_view text_;
  std::vector<bool> hidden_;
};

std::string shown(std::string_view name, const std::string& value) {
  if (name == "flyway.url") return redactUrl(value);
  const Key* key = findKey(name);
  if (key != nullptr && !isMap(*key)) return key->trait == Key::Trait::Secret ? stars(value) : value;
  // What nobody knows may be a mistyped "password"; it is refused anyway.
  const bool unknown = key == nullptr && name.starts_with(keyPrefix);
  return unknown || namesSecret(name) ? stars(value) : value;
}

}  // namespace

bool namesSecret(std::string_view name) {
  constexpr std::string_view words[] = {"password", "passwd", "pwd", "secret", "token"};
  const std::string lower = asciiLower(name);
  return std::any_of(std::begin(words), std::end(words),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

std::string redactUrl(std::string_view url) {
  Mask mask(url);
  if (const auto credentials = findCredentials(url)) mask.hide(credentials->colon + 1, credentials->end - 1);
  for (const std::string_view secret : secretValues(url)) {
    const std::size_t begin = static_cast<std::size_t>(secret.data() - url.data());
    mask.hide(begin, begin + secret.size());
    mask.hideEvery(secret);
  }
  return mask.shown();
}

std::string hideTexts(std::string_view text, const std::vector<std::string>& secrets) {
  Mask mask(text);
  for (const std::string& secret : secrets) mask.hideEvery(secret);
  return mask.shown();
}

std::string displayUrl(std::string_view url) {
  std::string displayed(url.substr(0, url.find('?')));
  if (const auto credentials = findCredentials(url))
    displayed.erase(credentials->begin, credentials->end - credentials->begin);
  return displayed;
}

std::vector<std::string> describeConfiguration(const Configuration& configuration) {
  std::vector<std::string> lines;
  for (const auto& [name, value] : configuration)
    lines.push_back(
        fmt::format("{} -> {} ({})", name, shown(name, value.reference.value_or(value.value)), value.source));
  return lines;
}

}  // namespace whimbrel
