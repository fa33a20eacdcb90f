#include "core/migrations/script_text.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/text/encoding.h"
#include "core/text/piece_reader.h"

namespace whimbrel {
namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

/// Drops every byte-order mark, but passes on the character behind a dropped one whatever it is.
class MarkDroppingReader : public PieceReader {
 public:
  explicit MarkDroppingReader(std::unique_ptr<Reader> text) : text_(std::move(text)) {}

 private:
  bool nextPiece() override {
    if (block_.rest().size() < byteOrderMark.size() && !ended_) {
      ended_ = !block_.refill(*text_);
      return true;
    }
    const std::string_view rest = block_.rest();
    if (rest.empty()) return false;
    const std::size_t mark = rest.find(byteOrderMark, behindMark_ ? 1 : 0);
    behindMark_ = false;
    if (mark == 0) {
      block_.skip(byteOrderMark.size());
      behindMark_ = true;
    } else {
      take(mark != std::string_view::npos ? mark : rest.size() - (ended_ ? 0 : cutMark(rest)));
    }
    return true;
  }

  void take(std::size_t count) {
    piece_ = block_.rest().substr(0, count);
    block_.skip(count);
  }

  /// The length of what may be the first bytes of a mark at the end of the block.
  static std::size_t cutMark(std::string_view rest) {
    for (const std::size_t size : {2u, 1u})
      if (rest.ends_with(byteOrderMark.substr(0, size))) return size;
    return 0;
  }

  std::unique_ptr<Reader> text_;
  Block block_;
  bool behindMark_ = false;
  bool ended_ = false;
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
  return script.placeholderReplacement ? own : own.disabled();
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
