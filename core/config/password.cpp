// Passwords that come from a file or a program, so that they stand neither in `ps` nor in a configuration
// file.
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "core/config/command_words.h"
#include "core/config/configuration.h"
#include "core/error.h"

namespace whimbrel {

namespace {

constexpr std::size_t passwordLimit = std::size_t{64} << 10;

Error failure(std::string_view what, std::string cause) {
  return Error(ErrorCode::Configuration, std::string(what), {std::move(cause)});
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (isOpen()) ::close(number_);
  }

  int number() const { return number_; }
  bool isOpen() const { return number_ >= 0; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

/// All there is to read; throws Error with `what` for failures and for more than any password has.
std::string readPassword(const Descriptor& from, const std::string& what) {
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t count = ::read(from.number(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw failure(what, std::strerror(errno));
    if (count == 0) return text;
    text.append(buffer, static_cast<std::size_t>(count));
    if (text.size() > passwordLimit)
      throw failure(what, fmt::format("It is larger than {} KiB", passwordLimit >> 10));
  }
}

/// Without the newline at its end. One password is one line, so more is a mistake, and so is none.
std::string singleLine(std::string text, const std::string& what) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  if (text.empty()) throw failure(what, "There is nothing in it");
  if (text.find('\n') != std::string::npos) throw failure(what, "There is more than one line in it");
  return text;
}

std::string fromFile(const std::string& path) {
  const std::string what = "Unable to read passwordFile: " + path;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.isOpen()) throw failure(what, std::strerror(errno));
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) throw failure(what, std::strerror(errno));
  if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode))
    throw failure(what, "It is neither a file nor a pipe");
  return singleLine(readPassword(file, what), what);
}

/// A program whose output is read. Its standard input is empty and its errors go where ours go.
class Program {
 public:
  Program(std::vector<std::string> words, const std::string& what)
      : what_(what), output_(start(std::move(words))) {}
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    wait();
  }

  /// All it prints. Throws Error when it does not end with 0.
  std::string output() {
    std::string text = readPassword(output_, what_);
    const int status = wait();
    if (WIFSIGNALED(status)) throw failure(what_, fmt::format("It was ended by signal {}", WTERMSIG(status)));
    if (WEXITSTATUS(status) != 0)
      throw failure(what_, fmt::format("It ended with exit code {}", WEXITSTATUS(status)));
    return text;
  }

 private:
  /// Gives the reading end of its output.
  int start(std::vector<std::string> words) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw failure(what_, std::strerror(errno));
    const Descriptor writing(ends[1]);
    Descriptor reading(ends[0]);
    const int error = spawn(std::move(words), writing.number());
    if (error != 0) throw failure(what_, std::strerror(error));
    return reading.release();
  }

  int spawn(std::vector<std::string> words, int output) {
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    // We ignore SIGPIPE; a program that we start expects to be told.
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    const int error = ::posix_spawnp(&process_, arguments[0], &files, &attributes, arguments.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return error;
  }

  int wait() {
    int status = 0;
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = 0;
    return status;
  }

  const std::string& what_;
  pid_t process_ = 0;
  Descriptor output_;
};

std::string fromCommand(const std::string& command) {
  // The command itself may hold secrets, so messages name its program only.
  std::vector<std::string> words = commandWords(command);
  if (words.empty()) throw failure("Unable to run passwordCommand", "It names no program");
  const std::string what = "Unable to get the password from passwordCommand: " + words.front();
  return singleLine(Program(std::move(words), what).output(), what);
}

struct Way {
  std::string_view key;
  std::string (*fetch)(const std::string& value);
};

constexpr Way ways[] = {{"flyway.passwordFile", fromFile}, {"flyway.passwordCommand", fromCommand}};

}  // namespace

std::optional<std::string> fetchPassword(const Configuration& configuration) {
  std::vector<std::string> configured;
  for (const std::string_view key : {"flyway.password", "flyway.passwordFile", "flyway.passwordCommand"})
    if (const auto found = configuration.find(std::string(key)); found != configuration.end())
      configured.push_back(fmt::format("{} ({})", key, found->second.source));
  if (configured.size() > 1)
    throw failure("The password is configured in more than one way",
                  fmt::format("{}", fmt::join(configured, ", ")));
  for (const Way& way : ways) {
    const auto found = configuration.find(std::string(way.key));
    if (found != configuration.end() && !found->second.value.empty()) return way.fetch(found->second.value);
  }
  return std::nullopt;
}

}  // namespace whimbrel
