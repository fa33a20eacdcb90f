#include "core/migrations/filename.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/locations/script_language.h"
#include "core/migrations/events.h"
#include "core/text/strings.h"

namespace whimbrel {
namespace {

/// The version text and description of a name, as written, between prefix and suffix.
struct Parts {
  std::string_view version;
  std::string_view description;
};

Parts splitParts(std::string_view rest, std::string_view separator) {
  const std::size_t at = rest.find(separator);
  if (at == std::string_view::npos) return {rest, {}};
  return {rest.substr(0, at), rest.substr(at + separator.size())};
}

std::string_view orExample(std::string_view description) {
  return description.empty() ? "description" : description;
}

std::string unrecognised(std::string_view name) {
  return fmt::format("Unrecognised migration name format: {}", name);
}

FileName unusable(std::string problem) {
  FileName result;
  result.kind = FileKind::Unusable;
  result.problem = std::move(problem);
  return result;
}

/// As a file's version the reference takes the biggest 64-bit number for "latest", and breaks the history
/// with it.
std::optional<Version> fileVersion(std::string_view text) {
  if (text == "9223372036854775807") return std::nullopt;
  return Version::tryParse(text);
}

}  // namespace

FileNameRules::FileNameRules(const Settings& settings) : separator_(settings.sqlMigrationSeparator) {
  for (const std::string& suffix : settings.sqlMigrationSuffixes)
    suffixes_.push_back({std::string(trim(suffix)), false});
  if (settings.scriptMigrations)
    for (const ScriptLanguage& language : scriptLanguages)
      suffixes_.push_back({std::string(language.suffix), true});
  // Of equal prefixes the first counts: what the user calls a migration is none of whimbrel's own extras.
  addPrefix(settings.sqlMigrationPrefix, FileKind::Versioned);
  addPrefix(settings.repeatableSqlMigrationPrefix, FileKind::Repeatable);
  addPrefix(settings.undoSqlMigrationPrefix, FileKind::Undo);
  addPrefix(settings.baselineMigrationPrefix, FileKind::Baseline);
  for (const CallbackEvent& event : callbackEvents) addPrefix(event.name, FileKind::Callback);
  std::stable_sort(prefixes_.begin(), prefixes_.end(),
                   [](const Prefix& a, const Prefix& b) { return a.text.size() > b.text.size(); });
}

/// An event's name makes callbacks even as the prefix of migrations, written as those are.
void FileNameRules::addPrefix(std::string_view text, FileKind kind) {
  const bool versioned = kind != FileKind::Repeatable && kind != FileKind::Callback;
  const bool isEvent = std::ranges::find(callbackEvents, text, &CallbackEvent::name) != callbackEvents.end();
  prefixes_.push_back({std::string(text), isEvent ? FileKind::Callback : kind, versioned});
}

const FileNameRules::Prefix* FileNameRules::findPrefix(std::string_view name) const {
  const auto found = std::find_if(prefixes_.begin(), prefixes_.end(),
                                  [&](const Prefix& prefix) { return name.starts_with(prefix.text); });
  return found == prefixes_.end() ? nullptr : &*found;
}

const FileNameRules::Suffix* FileNameRules::findSuffix(std::string_view name) const {
  const auto found = std::find_if(suffixes_.begin(), suffixes_.end(), [&](const Suffix& suffix) {
    return name.size() > suffix.text.size() && name.ends_with(suffix.text);
  });
  return found == suffixes_.end() ? nullptr : &*found;
}

FileName FileNameRules::parse(std::string_view name) const {
  const Suffix* suffix = findSuffix(name);
  if (suffix == nullptr) return {};
  FileName result = parse(name, suffix->text);
  if (!suffix->program) return result;
  // Only migrations can be programs; whatever other programs lie there is nobody's business.
  if (result.kind != FileKind::Versioned && result.kind != FileKind::Repeatable) return {};
  result.isProgram = true;
  return result;
}

FileName FileNameRules::parse(std::string_view name, std::string_view suffix) const {
  const std::string_view stem = name.substr(0, name.size() - suffix.size());
  const Prefix* prefix = findPrefix(stem);
  if (prefix == nullptr) return unusable(unrecognised(name));

  const auto [version, description] = splitParts(stem.substr(prefix->text.size()), separator_);
  const std::string_view separator = description.empty() ? std::string_view() : separator_;
  const std::string example = fmt::format("{}{}{}", separator_, orExample(description), suffix);
  FileName result = prefix->versioned ? parseVersioned(name, *prefix, version, example)
                                      : parseUnversioned(name, *prefix, version, example);
  if (result.kind == FileKind::Callback) result.event = prefix->text;
  // "R.sql" is a right name, but never run.
  if (stem.size() == prefix->text.size() && result.kind != FileKind::Callback)
    result.kind = FileKind::Unusable;
  result.description = replaceAll(description, "_", " ");
  result.rawName = fmt::format("{}{}{}{}{}", prefix->text, version, separator, description, suffix);
  return result;
}

FileName FileNameRules::parseVersioned(std::string_view name, const Prefix& prefix, std::string_view version,
                                       std::string_view example) {
  FileName result;
  result.version = fileVersion(version);
  if (result.version) {
    result.kind = prefix.kind;
    return result;
  }
  if (prefix.kind == FileKind::Undo || prefix.kind == FileKind::Baseline) return unusable(unrecognised(name));
  if (!version.empty())
    return unusable(
        fmt::format("Invalid versioned migration name format: {} (could not recognise version number {})",
                    name, version));
  return unusable(
      fmt::format("Invalid versioned migration name format: {} (It must contain a version and should look "
                  "like this: {}1.2{})",
                  name, prefix.text, example));
}

FileName FileNameRules::parseUnversioned(std::string_view name, const Prefix& prefix,
                                         std::string_view version, std::string_view example) {
  if (!version.empty())
    return unusable(fmt::format(
        "Invalid repeatable migration / callback name format: {} (It cannot contain a version and should "
        "look like this: {}{})",
        name, prefix.text, example));
  FileName result;
  result.kind = prefix.kind;
  return result;
}

}  // namespace whimbrel
