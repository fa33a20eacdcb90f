// Where the core says what it is doing. The program decides what becomes of a line: prefix, colour, stream,
// output file, or nothing at all (-q, JSON output).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace whimbrel {

class Log {
 public:
  virtual ~Log() = default;
  virtual void debug(std::string_view text) = 0;
  virtual void info(std::string_view text) = 0;
  virtual void warn(std::string_view text) = 0;
  virtual void error(std::string_view text) = 0;
  /// Whether debug() lines are wanted at all (-X), so that nobody formats a line for nothing.
  virtual bool debugs() const = 0;

  /// How often one wants to hear how something long gets on; absent is never.
  virtual std::optional<std::chrono::milliseconds> progressInterval() const { return std::nullopt; }
  /// How it gets on: takes the place of the last such line where that is possible. Empty: nothing is under
  /// way any more.
  virtual void progress(std::string_view) {}
};

}  // namespace whimbrel
