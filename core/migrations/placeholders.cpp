#include "core/migrations/placeholders.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/text/piece_reader.h"
#include "core/text/strings.h"

namespace whimbrel {
namespace {

constexpr std::string_view builtInPrefix = "flyway:";
/// No name is this long: a prefix without suffix must not draw a script of gigabytes into memory.
constexpr std::size_t longestName = 1 << 20;

class ReplacingReader : public PieceReader {
 public:
  ReplacingReader(Reader& text, const Placeholders& placeholders)
      : text_(text), placeholders_(placeholders) {}

 private:
  bool nextPiece() override {
    if (block_.rest().empty() && !block_.refill(text_)) return false;
    const std::size_t start = block_.rest().find(placeholders_.prefix().front());
    if (start != 0) {
      take(std::min(start, block_.rest().size()));
    } else if (const std::size_t agreed = agreement(); agreed == placeholders_.prefix().size()) {
      block_.skip(agreed);
      replace(readName());
    } else {
      // What was read in a failed try is passed on whole, the character that did not fit included: in "$${a}"
      // there is no placeholder.
      take(std::min(agreed + 1, block_.rest().size()));
    }
    return true;
  }

  void take(std::size_t count) {
    piece_ = block_.rest().substr(0, count);
    block_.skip(count);
  }

  /// How many bytes at the front are the prefix's.
  std::size_t agreement() {
    const std::string_view prefix = placeholders_.prefix();
    while (block_.rest().size() < prefix.size() && !block_.full() && block_.refill(text_)) continue;
    const std::string_view rest = block_.rest();
    const std::size_t size = std::min(rest.size(), prefix.size());
    return static_cast<std::size_t>(
        std::mismatch(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size), prefix.begin()).first -
        rest.begin());
  }

  /// Everything up to the suffix, which is used up too.
  std::string readName() {
    const std::string_view rest = block_.rest();
    const std::size_t end = rest.find(placeholders_.suffix());
    if (end == std::string_view::npos) return readCutName();
    std::string name(rest.substr(0, end));
    block_.skip(end + placeholders_.suffix().size());
    return name;
  }

  /// A name that does not end in this block.
  std::string readCutName() {
    const std::string& suffix = placeholders_.suffix();
    std::string name;
    for (std::size_t searched = 0;;
         searched = name.size() < suffix.size() ? 0 : name.size() - suffix.size()) {
      const std::size_t before = name.size();
      name += block_.rest();
      if (const std::size_t end = name.find(suffix, searched); end != std::string::npos) {
        block_.skip(end + suffix.size() - before);
        name.resize(end);
        return name;
      }
      block_.skip(block_.rest().size());
      if (name.size() > longestName) return utf16Prefix(name, 100) + "...";
      if (!block_.refill(text_)) return unterminated(name);
    }
  }

  /// The reference cuts the suffix's length off the rest of the file without looking (spec/migrations.md
  /// section 10).
  std::string unterminated(const std::string& rest) const {
    const std::size_t length = utf16Length(rest), cut = utf16Length(placeholders_.suffix());
    if (length < cut)
      throw Error(fmt::format("Placeholder {}{} at the end of the script has no {}", placeholders_.prefix(),
                              rest, placeholders_.suffix()));
    return utf16Prefix(rest, length - cut);
  }

  void replace(const std::string& name) {
    if (std::optional<std::string> value = placeholders_.find(name)) {
      value_ = *std::move(value);
      piece_ = value_;
      return;
    }
    const std::string written = placeholders_.prefix() + name + placeholders_.suffix();
    throw Error(
        name.find(builtInPrefix) != std::string::npos
            ? fmt::format("Failed to populate value for default placeholder: {}", written)
            : fmt::format("No value provided for placeholder: {}.  Check your configuration!", written));
  }

  Reader& text_;
  const Placeholders& placeholders_;
  Block block_;
  std::string value_;
};

class UnchangedReader : public Reader {
 public:
  explicit UnchangedReader(Reader& text) : text_(text) {}
  std::size_t read(char* buffer, std::size_t size) override { return text_.read(buffer, size); }

 private:
  Reader& text_;
};

}  // namespace

Placeholders::Placeholders(const Settings& settings)
    : enabled_(settings.placeholderReplacement),
      prefix_(settings.placeholderPrefix),
      suffix_(settings.placeholderSuffix),
      separator_(settings.placeholderSeparator) {
  for (const auto& [name, value] : settings.placeholders) values_[toLower(name)] = value;
}

void Placeholders::set(std::string_view name, std::string value) {
  std::string key = toLower(name);
  if (key.starts_with(builtInPrefix)) key.replace(builtInPrefix.size() - 1, 1, separator_);
  values_[std::move(key)] = std::move(value);
}

std::optional<std::string> Placeholders::find(std::string_view name) const {
  const auto found = values_.find(toLower(name));
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

Placeholders Placeholders::withFilename(std::string_view filename) const {
  Placeholders copy = *this;
  copy.set("flyway:filename", std::string(filename));
  return copy;
}

Placeholders Placeholders::disabled() const {
  Placeholders copy = *this;
  copy.enabled_ = false;
  return copy;
}

std::unique_ptr<Reader> replacePlaceholders(Reader& text, const Placeholders& placeholders) {
  if (!placeholders.enabled()) return std::make_unique<UnchangedReader>(text);
  return std::make_unique<ReplacingReader>(text, placeholders);
}

std::string replacePlaceholders(std::string_view text, const Placeholders& placeholders) {
  StringReader reader(text);
  return readAll(*replacePlaceholders(reader, placeholders));
}

}  // namespace whimbrel
