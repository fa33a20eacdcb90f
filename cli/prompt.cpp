#include "cli/prompt.h"

#include <cerrno>
#include <initializer_list>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include "cli/console.h"
#include "core/error.h"

namespace whimbrel {

namespace {

/// Hides what is typed on standard input, until destroyed.
class HiddenInput {
 public:
  HiddenInput() : changed_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  HiddenInput(const HiddenInput&) = delete;
  HiddenInput& operator=(const HiddenInput&) = delete;
  ~HiddenInput() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }

 private:
  termios before_{};
  bool changed_;
};

void print(std::string_view text) { LineStream(STDOUT_FILENO).write(text); }

// Signals restart read(), so it is called only when there is something to read.
void waitForInput(bool (*interrupted)()) {
  constexpr int shortWhile = 100;  // milliseconds
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  while (::poll(&input, 1, shortWhile) <= 0)
    if (interrupted()) throw Error("Interrupted while asking for user and password");
}

/// A line without its end; absent at the end of the input.
std::optional<std::string> readLine(bool (*interrupted)()) {
  std::string line;
  for (;;) {
    waitForInput(interrupted);
    char c = 0;
    const ssize_t count = ::read(STDIN_FILENO, &c, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return line.empty() ? std::nullopt : std::optional(line);
    if (c == '\n') return line;
    line += c;
  }
}

std::optional<std::string> ask(std::string_view question, bool (*interrupted)()) {
  print(question);
  return readLine(interrupted);
}

std::optional<std::string> askSecretly(std::string_view question, bool (*interrupted)()) {
  const HiddenInput hidden;
  std::optional<std::string> answer = ask(question, interrupted);
  print("\n");
  return answer;
}

bool hasAny(const Configuration& configuration, std::initializer_list<const char*> keys) {
  for (const char* key : keys)
    if (configuration.contains(key)) return true;
  return false;
}

void add(Configuration& configuration, const std::string& key, std::optional<std::string> answer) {
  if (answer && !answer->empty()) configuration[key] = {*std::move(answer), "terminal"};
}

}  // namespace

bool canPrompt() { return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1; }

void promptForCredentials(Configuration& configuration, const CredentialNeeds& needs, bool (*interrupted)()) {
  if (needs.user && !hasAny(configuration, {"flyway.user"}))
    add(configuration, "flyway.user", ask("Database user: ", interrupted));
  if (needs.password &&
      !hasAny(configuration, {"flyway.password", "flyway.passwordFile", "flyway.passwordCommand"}))
    add(configuration, "flyway.password", askSecretly("Database password: ", interrupted));
}

}  // namespace whimbrel
