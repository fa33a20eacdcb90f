#include "core/locations/wildcard.h"

#include <algorithm>
#include <iterator>
#include <span>

#include "core/text/strings.h"

namespace whimbrel {
namespace {

constexpr std::string_view anyFolders = "**";

bool hasWildcard(std::string_view part) { return part.find_first_of("*?") != std::string_view::npos; }

/// Behind the character at `position`.
std::size_t nextCharacter(std::string_view text, std::size_t position) {
  decodeUtf8(text, position);
  return position;
}

std::vector<std::string_view> partsOf(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/')) {
    parts.push_back(path.substr(0, slash));
    path.remove_prefix(slash + 1);
  }
  parts.push_back(path);
  return parts;
}

enum class Take { AsFewAsItMay, All };

/// How many of the folders `pattern` takes from the front, each "**" as few as it may; absent when it does
/// not fit. Comes back to the last "**" only, as matchesName() does to the last star.
std::optional<std::size_t> takeFolders(std::span<const std::string> pattern,
                                       std::span<const std::string_view> folders, Take take) {
  std::size_t p = 0, taken = 0;
  std::optional<std::size_t> behindAny;
  std::size_t retry = 0;
  for (;;) {
    if (p == pattern.size() && (take == Take::AsFewAsItMay || taken == folders.size())) return taken;
    if (p < pattern.size() && pattern[p] == anyFolders) {
      behindAny = ++p;
      retry = taken;
    } else if (p < pattern.size() && taken < folders.size() && matchesName(pattern[p], folders[taken])) {
      ++p;
      ++taken;
    } else if (behindAny && retry < folders.size()) {
      p = *behindAny;
      taken = ++retry;
    } else {
      return std::nullopt;
    }
  }
}

}  // namespace

bool matchesName(std::string_view pattern, std::string_view name) {
  // Goes on greedily and comes back to the last star only: enough, and linear for all but odd patterns.
  std::size_t p = 0, n = 0;
  std::optional<std::size_t> behindStar;
  std::size_t retry = 0;
  while (n < name.size() || p < pattern.size()) {
    const bool more = n < name.size();
    if (more && p < pattern.size() && pattern[p] == '*') {
      // One character now, and more of them when the rest does not fit.
      behindStar = ++p;
      retry = n = nextCharacter(name, n);
    } else if (more && p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      n = pattern[p] == '?' ? nextCharacter(name, n) : n + 1;
      ++p;
    } else if (behindStar && retry < name.size()) {
      p = *behindStar;
      retry = n = nextCharacter(name, retry);
    } else {
      return false;
    }
  }
  return true;
}

WildcardPath::WildcardPath(std::string_view path) {
  std::vector<std::string> parts = split(path, '/');
  const auto first = std::find_if(parts.begin(), parts.end(), hasWildcard);
  root_ = join({parts.begin(), first}, "/");
  if (root_.empty() && path.starts_with('/')) root_ += '/';
  pattern_.assign(std::make_move_iterator(first), std::make_move_iterator(parts.end()));
}

std::optional<std::string_view> WildcardPath::match(std::string_view below) const {
  if (pattern_.empty()) return below;
  const std::string& last = pattern_.back();
  if (last == anyFolders) return std::nullopt;  // would need a file behind two slashes
  const std::vector<std::string_view> parts = partsOf(below);
  const std::span folders(parts.begin(), parts.size() - 1);
  if (last.find('.') == std::string::npos) {
    const std::optional<std::size_t> taken = takeFolders(pattern_, folders, Take::AsFewAsItMay);
    return taken ? std::optional(below.substr(static_cast<std::size_t>(parts[*taken].data() - below.data())))
                 : std::nullopt;
  }
  const std::span folderPattern(pattern_.begin(), pattern_.size() - 1);
  const bool fits =
      matchesName(last, parts.back()) && takeFolders(folderPattern, folders, Take::All).has_value();
  return fits ? std::optional(below) : std::nullopt;
}

}  // namespace whimbrel
