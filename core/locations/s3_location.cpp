#include "core/locations/s3_location.h"

#include <utility>

#include <fmt/format.h>

#include "core/text/printable.h"
#include "core/text/strings.h"

namespace whimbrel {
namespace {

/// The folder beside the one that was meant: "app2/" for "app". Empty for what lies in the folder itself, and
/// for a prefix that is the beginning of a file's name.
std::string_view sibling(std::string_view key, std::string_view prefix) {
  const std::size_t end = key.find('/', prefix.size());
  if (prefix.empty() || end == std::string_view::npos || end == prefix.size()) return {};
  return key.substr(0, end + 1);
}

}  // namespace

S3Place parseS3Place(std::string_view path) {
  const std::string_view bucket = cutAt(path, '/');
  return {std::string(bucket), std::string(path)};
}

std::vector<aws::S3Object> findObjects(aws::S3& s3, const S3Place& place,
                                       const std::function<bool(std::string_view key)>& wanted, Log& log) {
  std::vector<aws::S3Object> found;
  std::string warned;
  s3.list(place.bucket, place.prefix, [&](aws::S3Object&& object) {
    if (object.key.ends_with('/') || !wanted(object.key)) return;
    const std::string_view folder = sibling(object.key, place.prefix);
    if (!folder.empty() && folder != warned) {
      warned = folder;
      log.warn(fmt::format(
          "Location 's3:{}/{}' also holds what is in '{}': it is the beginning of keys, not a folder",
          printable(place.bucket), printable(place.prefix), printable(warned)));
    }
    found.push_back(std::move(object));
  });
  return found;
}

}  // namespace whimbrel
