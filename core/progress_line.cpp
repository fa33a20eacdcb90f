#include "core/progress_line.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace whimbrel {

namespace {

/// What ends within this time is not worth a word.
constexpr auto patience = std::chrono::seconds(2);

std::string timeText(std::chrono::duration<double> time) {
  const long long seconds = std::llround(time.count());
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {:02} min", seconds / 3600, seconds / 60 % 60);
}

}  // namespace

ProgressLine::ProgressLine(Log& log) : log_(log) {
  if (const auto interval = log_.progressInterval())
    next_ = start_ + std::max<Clock::duration>(*interval, patience);
}

ProgressLine::~ProgressLine() {
  if (told_) log_.progress("");
}

bool ProgressLine::due() {
  if (next_ == Clock::time_point::max()) return false;
  const Clock::time_point now = Clock::now();
  if (now < next_) return false;
  next_ = now + log_.progressInterval().value_or(patience);
  return true;
}

void ProgressLine::tell(std::string_view text) {
  told_ = true;
  log_.progress(text);
}

std::string ProgressLine::timeLeft(double share) const {
  return share > 0 ? timeText(elapsed() * (1 / share - 1)) : "?";
}

}  // namespace whimbrel
