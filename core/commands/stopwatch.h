// How long something took, in whole milliseconds, as messages and the history show it.
#pragma once

#include <chrono>

namespace whimbrel {

class Stopwatch {
 public:
  int milliseconds() const {
    const auto passed = std::chrono::steady_clock::now() - start_;
    return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(passed).count());
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace whimbrel
