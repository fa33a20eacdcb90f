// Runs another program, without a shell in between.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace whimbrel {

struct Process {
  std::vector<std::string> arguments;    ///< the first is the program, looked for in PATH
  std::vector<std::string> environment;  ///< "NAME=value"; all of it
};

/// Runs the program to its end and gives each line that it prints, on standard output or error, to `line` as
/// it comes; a line longer than 64 KiB in pieces. Its standard input is empty. Returns its exit code, or 128
/// + the signal that ended it. `interrupted` is asked several times a second; when it says true, the program
/// and what it started get SIGTERM, after ten seconds SIGKILL. Throws Error when the program can't be
/// started.
int run(const Process& process, const std::function<void(std::string_view)>& line,
        const std::function<bool()>& interrupted);

}  // namespace whimbrel
