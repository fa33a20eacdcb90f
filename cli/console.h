// Standard output, standard error and the output file: every line of the program leaves through here
// (spec/configuration.md section 14). Each line is written at once, in one write.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/arguments.h"
#include "core/log.h"

namespace whimbrel {

/// A file descriptor that lines are written to. Losing the reader (EPIPE) or the disk is no reason to stop a
/// migration: after a failure everything further is dropped.
class LineStream {
 public:
  explicit LineStream(int descriptor);

  /// Writes all of it, waiting where the stream would block. Returns false when this call was the first to
  /// fail.
  bool write(std::string_view text);
  bool isTerminal() const { return terminal_; }
  /// Text as it may stand there: on a terminal, names and contents from elsewhere must not move the cursor.
  std::string harmless(const std::string& text) const;

  /// The width of the terminal; absent where it has none.
  std::optional<std::size_t> columns() const;

 private:
  int descriptor_;
  bool terminal_;
  bool broken_ = false;
};

/// Text mode: info, warnings and debug lines to standard output, errors to standard error. JSON mode: nothing
/// but the document. Colors only on the console. The caller has to ignore SIGPIPE.
class Console : public Log {
 public:
  explicit Console(const ConsoleOptions& options, int output = 1, int error = 2);
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;
  ~Console() override;

  /// Creates or truncates the output file, if one was asked for; its folder must exist. Until then lines go
  /// to the console alone, so that the Error thrown here (with code Fault) can be reported.
  void openOutputFile();

  void debug(std::string_view text) override;
  void info(std::string_view text) override;
  void warn(std::string_view text) override;
  void error(std::string_view text) override;
  bool debugs() const override { return options_.debug && !options_.quiet && !options_.json; }
  /// On a terminal one line that is written over again and again, and gone before the next one of another
  /// kind; elsewhere a line like others once a minute. Never with -q and in JSON mode.
  std::optional<std::chrono::milliseconds> progressInterval() const override;
  void progress(std::string_view text) override;

  /// Prints the JSON document of the run, to the output file without the newline at its end. Nothing in text
  /// mode.
  void json(std::string_view document);
  /// From now on every occurrence of `text` is printed as stars.
  void hide(std::string text) { hidden_.push_back(std::move(text)); }

  /// Whether the run ends with a JSON document instead of text.
  bool isJson() const { return options_.json; }
  /// The columns of the terminal that text goes to; absent when it goes anywhere else, too.
  std::optional<std::size_t> columns() const;

 private:
  void line(LineStream& stream, std::string_view color, std::string_view prefix, std::string_view text);
  std::string shown(std::string_view text) const;
  void toFile(std::string_view text);
  void wipeProgress();

  ConsoleOptions options_;
  std::vector<std::string> hidden_;
  LineStream output_;
  LineStream error_;
  LineStream* terminal_;  ///< where progress is shown; null: there is none
  bool showsProgress_ = false;
  bool colorsOutput_;
  bool colorsError_;
  int file_ = -1;
  LineStream fileStream_{-1};
};

}  // namespace whimbrel
