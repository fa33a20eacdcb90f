#include "core/migrations/resolve.h"

#include <algorithm>
#include <compare>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/locations/script_config.h"
#include "core/migrations/checksum.h"
#include "core/migrations/filename.h"
#include "core/migrations/script_text.h"
#include "core/progress_line.h"
#include "core/text/printable.h"
#include "core/text/strings.h"

namespace whimbrel {
namespace {

/// The `.conf` files of all locations. Found by relative path without regard to letter case or location
/// (spec/migrations.md section 11).
class ScriptConfigs {
 public:
  ScriptConfigs(const std::vector<Resource>& resources, const Settings& settings,
                const Placeholders& placeholders)
      : settings_(settings), placeholders_(placeholders) {
    for (const Resource& resource : resources)
      if (isScriptConfig(resource.script)) files_.emplace(toLower(resource.script), &resource);
    if (!files_.empty()) environment_ = processEnvironment();
  }

  ScriptConfig of(const Resource& script) const {
    if (files_.empty()) return {};
    const auto found = files_.find(toLower(script.script) + std::string(suffix));
    if (found == files_.end()) return {};
    const Resource& file = *found->second;
    const std::string& encoding = file.encoding.empty() ? settings_.encoding : file.encoding;
    const std::string text = readScriptConfig([&] { return file.open(); }, encoding, file.path);
    return parseScriptConfig(replacePlaceholders(text, placeholders_), environment_);
  }

 private:
  static constexpr std::string_view suffix = ".conf";
  const Settings& settings_;
  const Placeholders& placeholders_;
  std::unordered_map<std::string, const Resource*> files_;
  std::map<std::string, std::string> environment_;
};

/// A script's text for its checksum: says in which file decoding has failed.
class ChecksumText : public Reader {
 public:
  ChecksumText(const Resource& resource, const Settings& settings)
      : resource_(resource), text_(openDecoded(resource, settings.encoding)) {}

  std::size_t read(char* buffer, std::size_t size) override {
    try {
      return text_->read(buffer, size);
    } catch (const Error& error) {
      throw Error(
          fmt::format("Unable to calculate checksum of {}\r\n{}", resource_.filename(), error.message()));
    }
  }

 private:
  const Resource& resource_;
  std::unique_ptr<Reader> text_;
};

/// Passes a text on and looks for `searched` in it.
class SearchingReader : public Reader {
 public:
  SearchingReader(Reader& text, std::string_view searched) : text_(text), searched_(searched) {}

  std::size_t read(char* buffer, std::size_t size) override {
    const std::size_t count = text_.read(buffer, size);
    if (found_) return count;
    seen_.append(buffer, count);
    found_ = seen_.find(searched_) != std::string::npos;
    // What is left may be the beginning of it.
    if (seen_.size() >= searched_.size()) seen_.erase(0, seen_.size() - searched_.size() + 1);
    return count;
  }
  bool found() const { return found_; }

 private:
  Reader& text_;
  std::string_view searched_;
  std::string seen_;
  bool found_ = false;
};

bool hasReplacedChecksum(const Migration& migration, const Placeholders& placeholders) {
  return migration.repeatable() && placeholders.enabled() && migration.placeholderReplacement;
}

/// The checksum of a repeatable that uses placeholders follows their values: there is nothing to remember
/// then.
ChecksumKey cacheKey(const Migration& migration, const Settings& settings, const Placeholders& placeholders) {
  const Resource& resource = migration.resource;
  return {resource.script, resource.revision,
          resource.encoding.empty() ? settings.encoding : resource.encoding,
          hasReplacedChecksum(migration, placeholders) ? placeholders.prefix() : ""};
}

void computeChecksum(Migration& migration, const Settings& settings, const Placeholders& placeholders,
                     ChecksumCache& known) {
  const bool replaces = hasReplacedChecksum(migration, placeholders);
  ChecksumText text(migration.resource, settings);
  SearchingReader searched(text, placeholders.prefix());
  migration.checksum = replaces ? checksum(searched) : checksum(text);
  if (replaces) migration.equivalentChecksum = migration.checksum;
  if (replaces && searched.found()) {
    ChecksumText again(migration.resource, settings);
    migration.checksum = checksum(*replacePlaceholders(again, placeholders));
  } else {
    known.add(cacheKey(migration, settings, placeholders), migration.checksum);
  }
}

std::string progressText(std::size_t done, std::size_t all, const ProgressLine& progress) {
  const double share = static_cast<double>(done) / static_cast<double>(all);
  return fmt::format("Reading migrations: {:.0f} %, {} of {} files, {} left", 100 * share, done, all,
                     progress.timeLeft(share));
}

void addChecksums(std::vector<Migration>& migrations, const Settings& settings,
                  const Placeholders& placeholders, ChecksumCache& known, Log& log) {
  std::vector<Migration*> unknown;
  std::vector<const Resource*> unread;
  for (Migration& migration : migrations) {
    const bool mayBeKnown = !migration.resource.revision.empty();
    const auto value = mayBeKnown ? known.find(cacheKey(migration, settings, placeholders)) : std::nullopt;
    if (value) {
      migration.checksum = *value;
      if (hasReplacedChecksum(migration, placeholders)) migration.equivalentChecksum = *value;
    } else {
      unknown.push_back(&migration);
      unread.push_back(&migration.resource);
    }
  }
  expectReading(unread);
  ProgressLine progress(log);
  for (std::size_t done = 0; done < unknown.size(); ++done) {
    computeChecksum(*unknown[done], settings, placeholders, known);
    if (progress.due()) progress.tell(progressText(done + 1, unknown.size(), progress));
  }
}

template <typename Script>
void apply(const ScriptConfig& config, Script& script) {
  script.executeInTransaction = config.executeInTransaction;
  script.shouldExecute = config.shouldExecute;
  script.placeholderReplacement = config.placeholderReplacement.value_or(true);
}

/// Without its checksum.
Migration makeMigration(const Resource& resource, FileName&& name, const ScriptConfig& config) {
  Migration migration;
  migration.version = std::move(name.version);
  migration.description = std::move(name.description);
  if (name.kind == FileKind::Undo) migration.type = "UNDO_SQL";
  if (name.kind == FileKind::Baseline) migration.type = "SQL_BASELINE";
  if (!migration.repeatable()) migration.rawName = std::move(name.rawName);
  migration.resource = resource;
  apply(config, migration);
  if (name.isProgram) {
    migration.type = "SCRIPT";
    migration.placeholderReplacement = false;  // it gets them as environment variables
  }
  return migration;
}

bool isBaseline(const Migration& migration) { return migration.type == "SQL_BASELINE"; }

/// Versioned ones by version, then repeatables by description: what counts as the same migration for the
/// database. A baseline migration may have the version of a versioned one, and comes behind it.
std::strong_ordering order(const Migration& a, const Migration& b) {
  if (a.repeatable() != b.repeatable())
    return b.repeatable() ? std::strong_ordering::less : std::strong_ordering::greater;
  if (a.repeatable()) return compareUtf16(a.description, b.description) <=> 0;
  const std::strong_ordering byVersion = *a.version <=> *b.version;
  return std::is_neq(byVersion) ? byVersion : isBaseline(a) <=> isBaseline(b);
}

/// Equal copies of one file, found through two locations.
bool isCopy(const Migration& a, const Migration& b) {
  return std::is_eq(order(a, b)) &&
         std::tie(a.description, a.resource.script, a.checksum, a.equivalentChecksum, a.type) ==
             std::tie(b.description, b.resource.script, b.checksum, b.equivalentChecksum, b.type);
}

struct DuplicateText {
  ErrorCode code;
  std::string subject;
};

DuplicateText describe(const Migration& migration) {
  if (migration.type == "UNDO_SQL")
    return {ErrorCode::DuplicateUndoMigration, "undo migration with version " + migration.version->text()};
  if (migration.repeatable())
    return {ErrorCode::DuplicateRepeatableMigration,
            "repeatable migration with description " + migration.description};
  if (isBaseline(migration))
    return {ErrorCode::DuplicateVersionedMigration,
            "baseline migration with version " + migration.version->text()};
  return {ErrorCode::DuplicateVersionedMigration, "migration with version " + migration.version->text()};
}

void refuseDuplicates(const std::vector<Migration>& sorted) {
  const auto pair =
      std::adjacent_find(sorted.begin(), sorted.end(),
                         [](const Migration& a, const Migration& b) { return std::is_eq(order(a, b)); });
  if (pair == sorted.end()) return;
  const auto [code, subject] = describe(*pair);
  const auto& other = *std::next(pair);
  throw Error(code,
              fmt::format("Found more than one {}\nOffenders:\n-> {} ({})\n-> {} ({})", subject,
                          pair->resource.absolutePath, pair->type, other.resource.absolutePath, other.type));
}

/// The history can't hold another name, which most servers would say only after the script has run.
void requireUtf8Name(const Resource& resource) {
  if (isUtf8(resource.script)) return;
  throw Error(fmt::format("The name of {} is no UTF-8. Rename it.", printable(resource.path)));
}

std::vector<Migration> resolve(const std::vector<Resource>& resources, const Settings& settings,
                               const Placeholders& placeholders, ChecksumCache& known, Log& log,
                               bool (*wanted)(FileKind)) {
  std::vector<Migration> migrations;
  if (settings.skipDefaultResolvers) return migrations;
  const FileNameRules rules(settings);
  const ScriptConfigs configs(resources, settings, placeholders);
  for (const Resource& resource : resources) {
    if (resource.callbacksOnly) continue;
    FileName name = rules.parse(resource.filename());
    if (!wanted(name.kind)) continue;
    requireUtf8Name(resource);
    migrations.push_back(makeMigration(resource, std::move(name), configs.of(resource)));
  }
  addChecksums(migrations, settings, placeholders, known, log);
  std::sort(migrations.begin(), migrations.end(), [](const Migration& a, const Migration& b) {
    if (const auto byName = order(a, b); std::is_neq(byName)) return std::is_lt(byName);
    return std::tie(a.resource.script, a.resource.absolutePath) <
           std::tie(b.resource.script, b.resource.absolutePath);
  });
  migrations.erase(std::unique(migrations.begin(), migrations.end(), isCopy), migrations.end());
  refuseDuplicates(migrations);
  return migrations;
}

std::string scriptName(const Callback& callback) {
  return callback.description.empty() ? callback.event
                                      : fmt::format("{}__{}", callback.event, callback.description);
}

void refuseDuplicates(const std::vector<Callback>& callbacks) {
  std::map<std::pair<std::string_view, std::string_view>, const Callback*> seen;
  for (const Callback& callback : callbacks) {
    const auto [first, isNew] = seen.try_emplace({callback.event, callback.description}, &callback);
    if (!isNew)
      throw Error(fmt::format("Found more than 1 SQL callback script called {}!\nOffenders:\n-> {}\n-> {}",
                              scriptName(callback), first->second->resource.absolutePath,
                              callback.resource.absolutePath));
  }
}

}  // namespace

void validateNaming(const std::vector<Resource>& resources, const Settings& settings) {
  const FileNameRules rules(settings);
  std::vector<std::string> lines;
  for (const Resource& resource : resources)
    if (std::string problem = rules.parse(resource.filename()).problem; !problem.empty())
      lines.push_back(std::move(problem));
  if (!lines.empty()) throw Error("Invalid SQL filenames found:\r\n" + join(lines, "\r\n"));
}

std::vector<Callback> resolveCallbacks(const std::vector<Resource>& resources, const Settings& settings,
                                       const Placeholders& placeholders) {
  std::vector<Callback> callbacks;
  if (settings.skipDefaultCallbacks) return callbacks;
  const FileNameRules rules(settings);
  const ScriptConfigs configs(resources, settings, placeholders);
  for (const Resource& resource : resources) {
    if (resource.callbacksOnly == settings.callbackLocations.empty()) continue;
    FileName name = rules.parse(resource.filename());
    if (name.kind != FileKind::Callback) continue;
    Callback callback{std::move(name.event),
                      std::move(name.description),
                      std::move(name.rawName),
                      {},
                      true,
                      true,
                      resource};
    apply(configs.of(resource), callback);
    callbacks.push_back(std::move(callback));
  }
  refuseDuplicates(callbacks);
  std::stable_sort(callbacks.begin(), callbacks.end(), [](const Callback& a, const Callback& b) {
    return compareUtf16(a.description, b.description) < 0;
  });
  return callbacks;
}

std::vector<Migration> resolveMigrations(const std::vector<Resource>& resources, const Settings& settings,
                                         const Placeholders& placeholders, ChecksumCache& known, Log& log) {
  return resolve(resources, settings, placeholders, known, log, [](FileKind kind) {
    return kind == FileKind::Versioned || kind == FileKind::Repeatable || kind == FileKind::Baseline;
  });
}

std::vector<Migration> resolveUndoMigrations(const std::vector<Resource>& resources, const Settings& settings,
                                             const Placeholders& placeholders, ChecksumCache& known,
                                             Log& log) {
  return resolve(resources, settings, placeholders, known, log,
                 [](FileKind kind) { return kind == FileKind::Undo; });
}

}  // namespace whimbrel
