#include "core/migrations/script_text.h"

#include <array>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/text/encoding.h"

namespace whimbrel {
namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

/// Drops the byte-order mark at the head. Others are data, or for the splitter to pass over.
class MarkDroppingReader : public Reader {
 public:
  explicit MarkDroppingReader(std::unique_ptr<Reader> text) : text_(std::move(text)) {}

  std::size_t read(char* buffer, std::size_t size) override {
    while (!begun_ && head_.size() < byteOrderMark.size()) {
      std::array<char, byteOrderMark.size()> more;
      const std::size_t count = text_->read(more.data(), more.size() - head_.size());
      if (count == 0) break;
      head_.append(more.data(), count);
    }
    if (!begun_ && head_ == byteOrderMark) head_.clear();
    begun_ = true;
    if (head_.empty()) return text_->read(buffer, size);
    const std::size_t count = head_.copy(buffer, size);
    head_.erase(0, count);
    return count;
  }

 private:
  std::unique_ptr<Reader> text_;
  std::string head_;  ///< what was read to look for the mark
  bool begun_ = false;
};

/// A script's text together with everything that it reads through.
class ScriptReader : public Reader {
 public:
  ScriptReader(std::unique_ptr<Reader> decoded, const Placeholders& placeholders)
      : withoutMarks_(std::move(decoded)), replaced_(replacePlaceholders(withoutMarks_, placeholders)) {}
  ScriptReader(std::unique_ptr<Reader> decoded, Placeholders&& own)
      : own_(std::move(own)),
        withoutMarks_(std::move(decoded)),
        replaced_(replacePlaceholders(withoutMarks_, *own_)) {}

  std::size_t read(char* buffer, std::size_t size) override { return replaced_->read(buffer, size); }

 private:
  std::optional<Placeholders> own_;
  MarkDroppingReader withoutMarks_;
  std::unique_ptr<Reader> replaced_;
};

/// Adds up what is read through it.
class SummingReader : public Reader {
 public:
  SummingReader(std::unique_ptr<Reader> text, Checksum& sum) : text_(std::move(text)), sum_(sum) {}
  std::size_t read(char* buffer, std::size_t size) override {
    const std::size_t count = text_->read(buffer, size);
    sum_.add({buffer, count});
    return count;
  }

 private:
  std::unique_ptr<Reader> text_;
  Checksum& sum_;
};

template <typename Script>
Placeholders placeholdersOf(const Script& script, const Placeholders& placeholders) {
  Placeholders own = script.rawName.empty() ? placeholders : placeholders.withFilename(script.rawName);
  if (!script.placeholderReplacement) own = own.disabled();
  return own;
}

}  // namespace

std::unique_ptr<Reader> openDecoded(const Resource& resource, std::string_view encoding) {
  return decode(resource.open(), resource.encoding.empty() ? encoding : resource.encoding, BadBytes::Refuse);
}

std::unique_ptr<Reader> openScript(const Resource& resource, std::string_view encoding,
                                   const Placeholders& placeholders) {
  return std::make_unique<ScriptReader>(openDecoded(resource, encoding), placeholders);
}

std::unique_ptr<Reader> openScript(const Migration& migration, std::string_view encoding,
                                   const Placeholders& placeholders, Checksum& sum) {
  return std::make_unique<ScriptReader>(
      std::make_unique<SummingReader>(openDecoded(migration.resource, encoding), sum),
      placeholdersOf(migration, placeholders));
}

std::unique_ptr<Reader> openScript(const Callback& callback, std::string_view encoding,
                                   const Placeholders& placeholders) {
  return std::make_unique<ScriptReader>(openDecoded(callback.resource, encoding),
                                        placeholdersOf(callback, placeholders));
}

void requireUnchanged(const Migration& migration, const Checksum& sum) {
  if (sum.value() == migration.rawChecksum()) return;
  throw Error(
      fmt::format("{} has changed since its checksum was computed at the start of this run (from {} to {}). "
                  "Run again when nobody writes to it.",
                  migration.resource.path, migration.rawChecksum(), sum.value()));
}

}  // namespace whimbrel
