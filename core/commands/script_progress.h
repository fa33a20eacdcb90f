// How a long script gets on: what a human waits for, told through the log as often as it asks for.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/progress_line.h"
#include "core/text/reader.h"

namespace whimbrel {

class ScriptProgress {
 public:
  /// `total` is the size of the script's text in bytes; 0 while it is not known.
  ScriptProgress(Log& log, std::string_view script, std::size_t total);

  /// The script's text is through up to here.
  void reach(std::size_t position);
  void addStatement();

 private:
  void tell();
  std::string line() const;

  ProgressLine progress_;
  std::string script_;
  std::size_t total_;
  std::size_t position_ = 0;
  std::size_t statements_ = 0;
};

/// Tells the progress how much of the text was read, which is a little more than what was used.
class ProgressReader : public Reader {
 public:
  ProgressReader(Reader& text, ScriptProgress& progress) : text_(text), progress_(progress) {}
  std::size_t read(char* buffer, std::size_t size) override {
    const std::size_t count = text_.read(buffer, size);
    position_ += count;
    progress_.reach(position_);
    return count;
  }
  std::size_t position() const { return position_; }

 private:
  Reader& text_;
  ScriptProgress& progress_;
  std::size_t position_ = 0;
};

}  // namespace whimbrel
