// The line that tells how something long gets on: what a human waits for, told through the log as often as it
// asks for, and taken away at the end.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/log.h"

namespace whimbrel {

class ProgressLine {
 public:
  explicit ProgressLine(Log& log);
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine();

  /// Whether it is time to tell; never before the first seconds are over.
  bool due();
  void tell(std::string_view text);

  std::chrono::duration<double> elapsed() const { return Clock::now() - start_; }
  /// How long it will still take when this share of it is done: "2 min 05 s".
  std::string timeLeft(double share) const;

 private:
  using Clock = std::chrono::steady_clock;

  Log& log_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point next_ = Clock::time_point::max();
  bool told_ = false;
};

}  // namespace whimbrel
