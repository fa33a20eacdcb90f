#include "core/commands/script_progress.h"

#include <fmt/format.h>

namespace whimbrel {

namespace {

/// Bytes below which megabytes say nothing: it is the statements that take so long.
constexpr std::size_t worthTelling = 1'000'000;

double megabytes(std::size_t bytes) { return static_cast<double>(bytes) / 1e6; }

}  // namespace

ScriptProgress::ScriptProgress(Log& log, std::string_view script, std::size_t total)
    : progress_(log), script_(script), total_(total) {}

void ScriptProgress::reach(std::size_t position) {
  position_ = position;
  tell();
}

void ScriptProgress::addStatement() {
  ++statements_;
  tell();
}

void ScriptProgress::tell() {
  if (progress_.due()) progress_.tell(line());
}

std::string ScriptProgress::line() const {
  const double rate = megabytes(position_) / progress_.elapsed().count();
  if (total_ == 0)
    return fmt::format("Reading {}: {:.1f} MB, {} statements, {:.1f} MB/s", script_, megabytes(position_),
                       statements_, rate);
  const double share = static_cast<double>(position_) / static_cast<double>(total_);
  const std::string amount = fmt::format(", {:.1f} of {:.1f} MB", megabytes(position_), megabytes(total_));
  const std::string left = progress_.timeLeft(share);
  const bool large = total_ >= worthTelling;
  return fmt::format("Running {}: {:.0f} %{}, {} statements{}, {} left", script_, 100 * share,
                     large ? amount : "", statements_, large ? fmt::format(", {:.1f} MB/s", rate) : "", left);
}

}  // namespace whimbrel
