#include "core/config/config_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/text/encoding.h"
#include "core/text/reader.h"

namespace whimbrel {

namespace {

Error unableToLoad(const std::string& path, std::string cause) {
  return Error("Unable to load config file: " + path, {std::move(cause)});
}

class ConfigFileReader : public Reader {
 public:
  explicit ConfigFileReader(const std::string& path)
      : path_(path), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ConfigFileReader(const ConfigFileReader&) = delete;
  ConfigFileReader& operator=(const ConfigFileReader&) = delete;
  ~ConfigFileReader() override {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  bool readable() const {
    struct stat status {};
    return descriptor_ >= 0 && ::fstat(descriptor_, &status) == 0 && !S_ISDIR(status.st_mode);
  }

  std::size_t read(char* buffer, std::size_t size) override {
    ssize_t count;
    do count = ::read(descriptor_, buffer, size);
    while (count < 0 && errno == EINTR);
    if (count < 0) throw unableToLoad(path_, std::strerror(errno));
    total_ += static_cast<std::size_t>(count);
    if (total_ > configFileLimit)
      throw unableToLoad(path_, fmt::format("It is larger than {} MiB", configFileLimit >> 20));
    return static_cast<std::size_t>(count);
  }

 private:
  std::string path_;
  int descriptor_;
  std::size_t total_ = 0;
};

void requireConfigEncoding(const std::string& path, std::string_view encoding) {
  try {
    requireEncoding(encoding);
  } catch (const Error&) {
    throw unableToLoad(path, fmt::format("java.io.UnsupportedEncodingException: {}", encoding));
  }
}

}  // namespace

std::optional<std::string> readConfigFile(const std::string& path, std::string_view encoding) {
  auto file = std::make_unique<ConfigFileReader>(path);
  if (!file->readable()) return std::nullopt;
  requireConfigEncoding(path, encoding);
  return readAll(*decode(std::move(file), encoding, BadBytes::Replace));
}

}  // namespace whimbrel
