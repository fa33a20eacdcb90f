#include "cli/console.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/config/configuration.h"
#include "core/error.h"
#include "core/text/printable.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

constexpr std::string_view plain;
constexpr std::string_view red = "\x1b[31m";
constexpr std::string_view green = "\x1b[32m";
constexpr std::string_view yellow = "\x1b[33m";
constexpr std::string_view gray = "\x1b[90m";
constexpr std::string_view reset = "\x1b[m";

// NO_COLOR is a wish for the default only: -color=always is the stronger word.
bool wantsColor(Color color, bool terminal) {
  if (color != Color::Auto) return color == Color::Always;
  const char* noColor = std::getenv("NO_COLOR");
  return terminal && (noColor == nullptr || *noColor == '\0');
}

constexpr std::string_view wipedLine = "\r\x1b[K";

bool canWipeLines() {
  const char* kind = std::getenv("TERM");
  return kind != nullptr && std::string_view(kind) != "dumb";
}

}  // namespace

LineStream::LineStream(int descriptor) : descriptor_(descriptor), terminal_(::isatty(descriptor) == 1) {}

std::optional<std::size_t> LineStream::columns() const {
  winsize size{};
  if (::ioctl(descriptor_, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return {};
  return size.ws_col;
}

std::string LineStream::harmless(const std::string& text) const {
  return terminal_ ? printableLines(text) : text;
}

bool LineStream::write(std::string_view text) {
  while (!broken_ && !text.empty()) {
    const ssize_t written = ::write(descriptor_, text.data(), text.size());
    if (written > 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (written < 0 && errno == EAGAIN) {
      pollfd ready{.fd = descriptor_, .events = POLLOUT, .revents = 0};
      ::poll(&ready, 1, -1);
    } else if (written == 0 || errno != EINTR) {
      broken_ = true;
      return false;
    }
  }
  return true;
}

Console::Console(const ConsoleOptions& options, int output, int error)
    : options_(options),
      output_(output),
      error_(error),
      terminal_(!canWipeLines()        ? nullptr
                : error_.isTerminal()  ? &error_
                : output_.isTerminal() ? &output_
                                       : nullptr),
      colorsOutput_(wantsColor(options.color, ::isatty(STDIN_FILENO) == 1 && output_.isTerminal())),
      colorsError_(wantsColor(options.color, colorsOutput_ && error_.isTerminal())) {}

Console::~Console() {
  wipeProgress();
  if (file_ >= 0) ::close(file_);
}

void Console::openOutputFile() {
  if (options_.outputFile.empty()) return;
  file_ = ::open(options_.outputFile.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file_ < 0) {
    const char* what =
        options_.json ? "Could not write to output file {}" : "Could not initialize log file at {}.";
    throw Error(ErrorCode::Fault, fmt::format(fmt::runtime(what), options_.outputFile));
  }
  fileStream_ = LineStream(file_);
}

void Console::debug(std::string_view text) {
  if (debugs()) line(output_, gray, "DEBUG: ", text);
}

void Console::info(std::string_view text) {
  if (!options_.quiet) line(output_, text.starts_with("Successfully") ? green : plain, "", text);
}

void Console::warn(std::string_view text) { line(output_, yellow, "WARNING: ", text); }

void Console::error(std::string_view text) { line(error_, red, "ERROR: ", text); }

std::optional<std::chrono::milliseconds> Console::progressInterval() const {
  if (options_.json || options_.quiet) return std::nullopt;
  return terminal_ != nullptr ? std::chrono::milliseconds(250) : std::chrono::minutes(1);
}

void Console::progress(std::string_view text) {
  if (!progressInterval()) return;
  if (terminal_ == nullptr) {
    if (!text.empty()) info(text);
    return;
  }
  wipeProgress();
  if (text.empty()) return;
  constexpr std::size_t usualColumns = 80;
  terminal_->write(utf16Prefix(printable(shown(text)), terminal_->columns().value_or(usualColumns) - 1));
  showsProgress_ = true;
}

void Console::wipeProgress() {
  if (showsProgress_) terminal_->write(wipedLine);
  showsProgress_ = false;
}

std::string Console::shown(std::string_view text) const {
  return hidden_.empty() ? std::string(text) : hideTexts(text, hidden_);
}

void Console::json(std::string_view document) {
  if (!options_.json) return;
  const std::string printed = shown(document);
  output_.write(fmt::format("{}\n", printed));
  toFile(printed);
}

std::optional<std::size_t> Console::columns() const {
  if (options_.json || !options_.outputFile.empty() || !output_.isTerminal()) return {};
  return output_.columns();
}

// The reset stands behind the newline, as in the reference's output.
void Console::line(LineStream& stream, std::string_view color, std::string_view prefix,
                   std::string_view text) {
  if (options_.json) return;
  wipeProgress();
  const bool colored = !color.empty() && (&stream == &error_ ? colorsError_ : colorsOutput_);
  const std::string printed = fmt::format("{}{}\n", prefix, shown(text));
  const std::string harmless = stream.harmless(printed);
  stream.write(colored ? fmt::format("{}{}{}", color, harmless, reset) : harmless);
  toFile(printed);
}

void Console::toFile(std::string_view text) {
  if (file_ < 0 || fileStream_.write(text)) return;
  error_.write(fmt::format("WARNING: Could not write to output file {}: {}\n", options_.outputFile,
                           std::strerror(errno)));
}

}  // namespace whimbrel
