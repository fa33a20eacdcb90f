// Files and pipes that hold a secret.
#pragma once

#include <string>
#include <unistd.h>
#include <utility>

namespace whimbrel {

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

/// All that a file or a pipe with a name holds. Throws Error (Configuration) with `what` when it is neither,
/// can't be read, or holds more than any secret does.
std::string readSecretFile(const std::string& path, const std::string& what);

/// The same of what is open already.
std::string readSecret(const Descriptor& from, const std::string& what);

}  // namespace whimbrel
