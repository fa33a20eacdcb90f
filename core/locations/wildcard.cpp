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

/// Matches the parts of `pattern` to the first parts of `path`, "**" taking as few folders as possible. Gives
/// what is left of the path, which is never empty; absent when nothing matches.
std::optional<std::string_view> matchFolders(std::span<const std::string> pattern, std::string_view path) {
  if (pattern.empty()) return path;
  const std::size_t slash = path.find('/');
  const bool folders = pattern.front() == anyFolders;
  if (folders)
    if (const auto rest = matchFolders(pattern.subspan(1), path)) return rest;
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view below = path.substr(slash + 1);
  if (folders) return matchFolders(pattern, below);
  return matchesName(pattern.front(), path.substr(0, slash)) ? matchFolders(pattern.subspan(1), below)
                                                             : std::nullopt;
}

/// Matches all of `pattern` to all of `path`.
bool matchesFile(std::span<const std::string> pattern, std::string_view path) {
  const std::size_t slash = path.find('/');
  const bool last = slash == std::string_view::npos;
  if (pattern.size() == 1) return last && matchesName(pattern.front(), path);
  const bool folders = pattern.front() == anyFolders;
  if (folders && matchesFile(pattern.subspan(1), path)) return true;
  if (last) return false;
  const std::string_view below = path.substr(slash + 1);
  if (folders) return matchesFile(pattern, below);
  return matchesName(pattern.front(), path.substr(0, slash)) && matchesFile(pattern.subspan(1), below);
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
  if (last.find('.') == std::string::npos) return matchFolders(pattern_, below);
  return matchesFile(pattern_, below) ? std::optional(below) : std::nullopt;
}

}  // namespace whimbrel
