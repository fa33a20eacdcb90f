#include "core/secret_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>

#include <fmt/format.h>

#include "core/error.h"

namespace whimbrel {

namespace {

constexpr std::size_t secretLimit = std::size_t{64} << 10;

Error failure(const std::string& what, std::string cause) {
  return Error(ErrorCode::Configuration, what, {std::move(cause)});
}

}  // namespace

std::string readSecret(const Descriptor& from, const std::string& what) {
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t count = ::read(from.number(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw failure(what, std::strerror(errno));
    if (count == 0) return text;
    text.append(buffer, static_cast<std::size_t>(count));
    if (text.size() > secretLimit)
      throw failure(what, fmt::format("It is larger than {} KiB", secretLimit >> 10));
  }
}

std::string readSecretFile(const std::string& path, const std::string& what) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.isOpen()) throw failure(what, std::strerror(errno));
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) throw failure(what, std::strerror(errno));
  if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode))
    throw failure(what, "It is neither a file nor a pipe");
  return readSecret(file, what);
}

}  // namespace whimbrel
