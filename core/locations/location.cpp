#include "core/locations/location.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/text/encoding.h"
#include "core/text/strings.h"

namespace whimbrel {
namespace {

constexpr std::pair<std::string_view, LocationKind> prefixes[] = {
    {"filesystem:", LocationKind::Filesystem},
    {"classpath:", LocationKind::ClassPath},
    {"s3:", LocationKind::S3},
};

/// Only slashes are put in order: "." and ".." stay, so "sql" and "./sql" are two locations.
std::string normalise(std::string_view path) {
  std::string result;
  for (const char c : path)
    if (c != '/' || !result.ends_with('/')) result += c;
  if (result.size() > 1 && result.ends_with('/')) result.pop_back();
  return result;
}

/// "s3://bucket/prefix/" is what other programs call it.
std::string normaliseS3(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  return std::string(path);
}

std::string normalise(LocationKind kind, std::string_view path) {
  return kind == LocationKind::S3 ? normaliseS3(path) : normalise(path);
}

bool isBelow(const Location& child, const Location& parent) {
  return !child.hasWildcard() && !parent.hasWildcard() && child.text().starts_with(parent.text() + "/");
}

Location parsePlace(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {LocationKind::ClassPath, "classpath:", normalise(text)};
  const std::string_view prefix = text.substr(0, colon + 1);
  if (prefix == "gcs:") throw Error(fmt::format("Google Cloud Storage is not supported: {}", text));
  for (const auto& [known, kind] : prefixes)
    if (prefix == known) return {kind, std::string(prefix), normalise(kind, text.substr(colon + 1))};
  throw Error(fmt::format(
      "Unknown prefix for location (should be one of filesystem:, classpath:, gcs:, or s3:): {}", text));
}

void requireSameEncoding(const Location& discarded, const Location& kept) {
  if (discarded.encoding == kept.encoding) return;
  throw Error(fmt::format("Location '{}' can't have another encoding than '{}', which holds the same files",
                          discarded.text(), kept.text()));
}

}  // namespace

Location parseLocation(std::string_view text) {
  constexpr std::string_view option = ";encoding=";
  const std::size_t end = text.rfind(option);
  Location location = parsePlace(text.substr(0, end));
  if (end == std::string_view::npos) return location;
  location.encoding = text.substr(end + option.size());
  requireEncoding(location.encoding);
  return location;
}

std::vector<Location> parseLocations(const std::vector<std::string>& texts, Log& log) {
  std::vector<Location> sorted;
  for (const std::string& text : texts)
    if (const std::string_view trimmed = trim(text); !trimmed.empty())
      sorted.push_back(parseLocation(trimmed));
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Location& a, const Location& b) { return compareUtf16(a.text(), b.text()) < 0; });

  std::vector<Location> kept;
  for (Location& location : sorted) {
    if (!kept.empty() && kept.back().text() == location.text()) {
      requireSameEncoding(location, kept.back());
      log.warn(fmt::format("Discarding duplicate location '{}'", location.text()));
      continue;
    }
    const auto parent = std::find_if(kept.begin(), kept.end(),
                                     [&](const Location& other) { return isBelow(location, other); });
    if (parent == kept.end()) {
      kept.push_back(std::move(location));
    } else {
      requireSameEncoding(location, *parent);
      log.warn(fmt::format("Discarding location '{}' as it is a sublocation of '{}'", location.text(),
                           parent->text()));
    }
  }
  return kept;
}

}  // namespace whimbrel
