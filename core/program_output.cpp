#include "core/program_output.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/secret_file.h"

namespace whimbrel {

namespace {

Error failure(const std::string& what, std::string cause) {
  return Error(ErrorCode::Configuration, what, {std::move(cause)});
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
    std::string text = readSecret(output_, what_);
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

}  // namespace

std::string programOutput(std::vector<std::string> words, const std::string& what) {
  return Program(std::move(words), what).output();
}

}  // namespace whimbrel
