#include "core/commands/script_progress.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace whimbrel {

namespace {

using Seconds = std::chrono::duration<double>;

/// A script that ends within this time is not worth a word.
constexpr auto patience = std::chrono::seconds(2);

/// Bytes below which megabytes say nothing: it is the statements that take so long.
constexpr std::size_t worthTelling = 1'000'000;

std::string timeText(Seconds time) {
  const long long seconds = std::llround(time.count());
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {:02} min", seconds / 3600, seconds / 60 % 60);
}

double megabytes(std::size_t bytes) { return static_cast<double>(bytes) / 1e6; }

}  // namespace

ScriptProgress::ScriptProgress(Log& log, std::string_view script, std::size_t total)
    : log_(log), script_(script), total_(total) {
  if (const auto interval = log_.progressInterval())
    next_ = start_ + std::max<Clock::duration>(*interval, patience);
}

ScriptProgress::~ScriptProgress() {
  if (told_) log_.progress("");
}

void ScriptProgress::reach(std::size_t position) {
  position_ = position;
  tell();
}

void ScriptProgress::addStatement() {
  ++statements_;
  tell();
}

void ScriptProgress::tell() {
  if (next_ == Clock::time_point::max()) return;
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + log_.progressInterval().value_or(patience);
  told_ = true;
  log_.progress(line(now - start_));
}

std::string ScriptProgress::line(Seconds elapsed) const {
  const double rate = megabytes(position_) / elapsed.count();
  if (total_ == 0)
    return fmt::format("Reading {}: {:.1f} MB, {} statements, {:.1f} MB/s", script_, megabytes(position_),
                       statements_, rate);
  const double share = static_cast<double>(position_) / static_cast<double>(total_);
  const std::string amount = fmt::format(", {:.1f} of {:.1f} MB", megabytes(position_), megabytes(total_));
  const std::string left = share > 0 ? timeText(elapsed * (1 / share - 1)) : "?";
  const bool large = total_ >= worthTelling;
  return fmt::format("Running {}: {:.0f} %{}, {} statements{}, {} left", script_, 100 * share,
                     large ? amount : "", statements_, large ? fmt::format(", {:.1f} MB/s", rate) : "", left);
}

}  // namespace whimbrel
