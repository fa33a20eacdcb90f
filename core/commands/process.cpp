#include "core/commands/process.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "core/error.h"

namespace whimbrel {
namespace {

constexpr std::size_t longestLine = 65536;
constexpr int pauseMilliseconds = 50;
constexpr std::chrono::seconds patience{10};

[[noreturn]] void fail(const std::string& program, int problem) {
  throw Error(fmt::format("Unable to run {} ({})", program, std::generic_category().message(problem)));
}

/// Both ends of a pipe; the reading one never waits.
class Pipe {
 public:
  explicit Pipe(const std::string& program) {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) fail(program, errno);
    fcntl(ends_[0], F_SETFL, O_NONBLOCK);
  }
  ~Pipe() {
    close(ends_[0]);
    closeWriting();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  void closeWriting() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_;
};

class SpawnPlan {
 public:
  explicit SpawnPlan(int output) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
    // A group of its own, so that everything that the program starts can be stopped with it, and signals as
    // programs expect them.
    posix_spawnattr_init(&attributes_);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  pid_t start(const Process& process) const {
    std::vector<char*> arguments = pointers(process.arguments), environment = pointers(process.environment);
    pid_t child = 0;
    const int problem = posix_spawnp(&child, process.arguments.front().c_str(), &actions_, &attributes_,
                                     arguments.data(), environment.data());
    if (problem != 0) fail(process.arguments.front(), problem);
    return child;
  }

 private:
  static std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> result;
    result.reserve(texts.size() + 1);
    for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
    result.push_back(nullptr);
    return result;
  }

  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

class LineSplitter {
 public:
  explicit LineSplitter(const std::function<void(std::string_view)>& line) : line_(line) {}

  void add(std::string_view text) {
    rest_ += text;
    std::size_t start = 0;
    for (std::size_t end; (end = rest_.find('\n', start)) != std::string::npos; start = end + 1)
      line_(std::string_view(rest_).substr(start, end - start));
    rest_.erase(0, start);
    if (rest_.size() >= longestLine) finish();
  }
  void finish() {
    if (!rest_.empty()) line_(rest_);
    rest_.clear();
  }

 private:
  const std::function<void(std::string_view)>& line_;
  std::string rest_;
};

/// A program that was started; it is never left behind.
class Child {
 public:
  explicit Child(pid_t id) : id_(id) {}
  ~Child() {
    if (status_) return;
    kill(-id_, SIGKILL);
    waitpid(id_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  bool ended() {
    int status = 0;
    if (!status_ && waitpid(id_, &status, WNOHANG) == id_) status_ = status;
    return status_.has_value();
  }
  int exitCode() const { return WIFEXITED(*status_) ? WEXITSTATUS(*status_) : 128 + WTERMSIG(*status_); }

  /// Called again and again while the run is to stop.
  void stop() {
    const auto now = std::chrono::steady_clock::now();
    if (!asked_) {
      asked_ = true;
      deadline_ = now + patience;
      kill(-id_, SIGTERM);
    } else if (now > deadline_) {
      kill(-id_, SIGKILL);
    }
  }

 private:
  pid_t id_;
  std::optional<int> status_;
  bool asked_ = false;
  std::chrono::steady_clock::time_point deadline_;
};

/// Everything that is in the pipe at the moment.
void drain(int descriptor, LineSplitter& lines) {
  std::array<char, 4096> buffer;
  for (ssize_t count; (count = read(descriptor, buffer.data(), buffer.size())) > 0;)
    lines.add({buffer.data(), static_cast<std::size_t>(count)});
}

}  // namespace

int run(const Process& process, const std::function<void(std::string_view)>& line,
        const std::function<bool()>& interrupted) {
  Pipe output(process.arguments.front());
  Child child(SpawnPlan(output.writing()).start(process));
  output.closeWriting();
  LineSplitter lines(line);
  // The end of the program counts, not that of the pipe, which a program in the background may keep open.
  for (bool ended = false; !ended;) {
    pollfd waiting{output.reading(), POLLIN, 0};
    poll(&waiting, 1, pauseMilliseconds);
    if (interrupted()) child.stop();
    ended = child.ended();
    drain(output.reading(), lines);
    // A program that has closed its output leaves nothing to wait for but time.
    if (!ended && waiting.revents == POLLHUP) poll(nullptr, 0, pauseMilliseconds);
  }
  lines.finish();
  return child.exitCode();
}

}  // namespace whimbrel
