#include "core/text/encoding.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/text/charset.h"
#include "core/text/decoder.h"
#include "core/text/piece_reader.h"

namespace whimbrel {
namespace {

class DecodingReader : public PieceReader {
 public:
  DecodingReader(std::unique_ptr<Reader> bytes, std::string_view encoding, BadBytes badBytes)
      : bytes_(std::move(bytes)),
        encoding_(encoding),
        decoder_(makeDecoder(findCharset(encoding))),
        badBytes_(badBytes) {}

 private:
  bool nextPiece() override {
    if (finished_) return false;
    const Decoder::Step step = decoder_->decode(block_.rest());
    block_.skip(step.used);
    passed_ += step.used;
    piece_ = step.text;
    lines_ += static_cast<std::size_t>(std::count(piece_.begin(), piece_.end(), '\n'));
    if (!piece_.empty()) return true;
    if (step.bad > 0) {
      replaceBad(step.bad);
    } else if (step.used == 0) {
      readOn();
    }
    return true;
  }

  /// Gets the rest of a character that the block's end has cut, or the next block.
  void readOn() {
    if (block_.full()) return replaceBad(1);  // no character is as long as a block
    if (block_.refill(*bytes_)) return;
    if (!block_.rest().empty()) return replaceBad(block_.rest().size());
    finished_ = true;
    piece_ = decoder_->finish();
  }

  void replaceBad(std::size_t count) {
    if (badBytes_ == BadBytes::Refuse) throw refusal(count);
    block_.skip(count);
    passed_ += count;
    piece_ = "\xEF\xBF\xBD";
  }

  /// Java's words, and what one wants to know.
  Error refusal(std::size_t count) const {
    std::string bytes;
    for (const char c : block_.rest().substr(0, count))
      bytes += fmt::format(" {:02X}", static_cast<unsigned char>(c));
    return {ErrorCode::Fault,
            fmt::format(
                "Input length = {}\n  What stands in line {} (offset {}, bytes{}) is not {}. Set encoding to "
                "what the file is written in, or detectEncoding=true.",
                count, lines_ + 1, passed_, bytes, encoding_)};
  }

  std::unique_ptr<Reader> bytes_;
  std::string encoding_;
  std::unique_ptr<Decoder> decoder_;
  BadBytes badBytes_;
  Block block_;
  std::size_t passed_ = 0;  ///< bytes
  std::size_t lines_ = 0;
  bool finished_ = false;
};

/// Keeps the first two bytes of what is read through it.
class StartKeepingReader : public Reader {
 public:
  StartKeepingReader(std::unique_ptr<Reader> bytes, std::string& start)
      : bytes_(std::move(bytes)), start_(start) {}
  std::size_t read(char* buffer, std::size_t size) override {
    const std::size_t count = bytes_->read(buffer, size);
    if (start_.size() < 2) start_.append(buffer, std::min(count, 2 - start_.size()));
    return count;
  }

 private:
  std::unique_ptr<Reader> bytes_;
  std::string& start_;
};

}  // namespace

void requireEncoding(std::string_view name) { findCharset(name); }

std::unique_ptr<Reader> decode(std::unique_ptr<Reader> bytes, std::string_view encoding, BadBytes badBytes) {
  return std::make_unique<DecodingReader>(std::move(bytes), encoding, badBytes);
}

std::string detectEncoding(std::unique_ptr<Reader> bytes) {
  std::string start;
  const std::unique_ptr<Decoder> decoder = makeDecoder(findCharset("UTF-8"));
  StartKeepingReader reader(std::move(bytes), start);
  Block block;
  bool valid = true;
  while (valid && block.refill(reader)) {
    const Decoder::Step step = decoder->decode(block.rest());
    valid = step.bad == 0;
    block.skip(step.used);
  }
  if (start == "\xFF\xFE" || start == "\xFE\xFF") return "UTF-16";
  return valid && block.rest().empty() ? "UTF-8" : "ISO-8859-1";
}

}  // namespace whimbrel
