#include "core/state/target.h"

#include "core/text/strings.h"

namespace whimbrel {

Target Target::parse(std::string_view text) {
  const std::string word = asciiLower(text);
  // The number is the reference's own marker for "latest" (the largest 64-bit integer).
  if (word == "latest" || word == "9223372036854775807") return {};
  if (word == "current") return {Kind::Current, {}, false};
  if (word == "next") return {Kind::Next, {}, false};
  const bool mayBeMissing = text.ends_with('?');
  if (mayBeMissing) text.remove_suffix(1);
  return {Kind::Version, Version::parse(text), mayBeMissing};
}

}  // namespace whimbrel
