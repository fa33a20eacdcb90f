#include "drivers/postgresql/client_time_zone.h"

#include <filesystem>
#include <unistd.h>

#include <doctest/doctest.h>

using whimbrel::postgresql::clientTimeZone;

namespace {

/// A symbolic link like /etc/localtime, for the time of a test.
class Link {
 public:
  explicit Link(const std::string& target)
      : path_(std::filesystem::temp_directory_path() / ("whimbrel-localtime-" + std::to_string(getpid()))) {
    std::filesystem::create_symlink(target, path_);
  }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link() { std::filesystem::remove(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("TZ names the zone") {
  const Link link("/usr/share/zoneinfo/Europe/Prague");
  CHECK(clientTimeZone("Asia/Tokyo", link.path()) == "Asia/Tokyo");
  CHECK(clientTimeZone(":Asia/Tokyo", link.path()) == "Asia/Tokyo");
  CHECK(clientTimeZone("", link.path()) == "UTC");
  CHECK(clientTimeZone("/usr/share/zoneinfo/Asia/Tokyo", link.path()) == "Asia/Tokyo");
  CHECK(clientTimeZone((":" + link.path().string()).c_str(), "/nowhere") == "Europe/Prague");
}

TEST_CASE("without TZ the system's link names the zone") {
  CHECK(clientTimeZone(nullptr, Link("/usr/share/zoneinfo/Europe/Prague").path()) == "Europe/Prague");
  CHECK(clientTimeZone(nullptr, Link("../usr/share/zoneinfo/Etc/UTC").path()) == "Etc/UTC");
  CHECK(clientTimeZone(nullptr, Link("/somewhere/else").path()) == std::nullopt);
  CHECK(clientTimeZone(nullptr, "/no such file") == std::nullopt);
}
