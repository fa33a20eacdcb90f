#include "drivers/sqlite/sqlite_url.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <functional>

#include <fmt/format.h>
#include <sqlite3.h>

#include "core/config/configuration.h"
#include "core/database.h"
#include "core/text/strings.h"

namespace whimbrel::sqlite {

namespace {

constexpr std::string_view prefix = "jdbc:sqlite:";

enum class Kind {
  Pragma,          // sent as PRAGMA name = value
  Limit,           // goes to sqlite3_limit
  OpenFlags,       // bits for sqlite3_open_v2
  LoadExtensions,  // lets SQL load extensions
  JavaOnly,        // how the JDBC driver hands values to Java, or begins its transactions
  Encryption,      // needs an SQLite that can encrypt
};

struct Parameter {
  std::string_view name;
  Kind kind;
  int limit = 0;
};

// The names that the reference's driver takes, found by asking it; any other stays part of the file name.
// They are applied in this order: the page size can't be changed any more in journal_mode=WAL.
constexpr Parameter parameters[] = {
    {"page_size", Kind::Pragma},
    {"application_id", Kind::Pragma},
    {"busy_timeout", Kind::Pragma},
    {"cache_size", Kind::Pragma},
    {"case_sensitive_like", Kind::Pragma},
    {"count_changes", Kind::Pragma},
    {"date_class", Kind::JavaOnly},
    {"date_precision", Kind::JavaOnly},
    {"date_string_format", Kind::JavaOnly},
    {"default_cache_size", Kind::Pragma},
    {"defer_foreign_keys", Kind::Pragma},
    {"empty_result_callback", Kind::Pragma},
    {"enable_load_extension", Kind::LoadExtensions},
    {"encoding", Kind::Pragma},
    {"foreign_keys", Kind::Pragma},
    {"full_column_names", Kind::Pragma},
    {"fullsync", Kind::Pragma},
    {"hexkey_mode", Kind::Encryption},
    {"incremental_vacuum", Kind::Pragma},
    {"journal_mode", Kind::Pragma},
    {"journal_size_limit", Kind::Pragma},
    {"legacy_file_format", Kind::Pragma},
    {"limit_attached", Kind::Limit, SQLITE_LIMIT_ATTACHED},
    {"limit_column", Kind::Limit, SQLITE_LIMIT_COLUMN},
    {"limit_compound_select", Kind::Limit, SQLITE_LIMIT_COMPOUND_SELECT},
    {"limit_expr_depth", Kind::Limit, SQLITE_LIMIT_EXPR_DEPTH},
    {"limit_function_arg", Kind::Limit, SQLITE_LIMIT_FUNCTION_ARG},
    {"limit_length", Kind::Limit, SQLITE_LIMIT_LENGTH},
    {"limit_like_pattern_length", Kind::Limit, SQLITE_LIMIT_LIKE_PATTERN_LENGTH},
    {"limit_sql_length", Kind::Limit, SQLITE_LIMIT_SQL_LENGTH},
    {"limit_trigger_depth", Kind::Limit, SQLITE_LIMIT_TRIGGER_DEPTH},
    {"limit_variable_number", Kind::Limit, SQLITE_LIMIT_VARIABLE_NUMBER},
    {"limit_vdbe_op", Kind::Limit, SQLITE_LIMIT_VDBE_OP},
    {"limit_worker_threads", Kind::Limit, SQLITE_LIMIT_WORKER_THREADS},
    {"locking_mode", Kind::Pragma},
    {"max_page_count", Kind::Pragma},
    {"mmap_size", Kind::Pragma},
    {"open_mode", Kind::OpenFlags},
    {"password", Kind::Encryption},
    {"read_uncommitted", Kind::Pragma},
    {"recursive_triggers", Kind::Pragma},
    {"reverse_unordered_selects", Kind::Pragma},
    {"secure_delete", Kind::Pragma},
    {"shared_cache", Kind::JavaOnly},
    {"short_column_names", Kind::Pragma},
    {"synchronous", Kind::Pragma},
    {"temp_store", Kind::Pragma},
    {"temp_store_directory", Kind::Pragma},
    {"transaction_mode", Kind::JavaOnly},
    {"user_version", Kind::Pragma},
};

using Values = std::map<std::string, std::string, std::less<>>;

/// What the reference's SQLite has where nothing is configured; a distribution may have built ours otherwise.
Values defaults() { return {{"foreign_keys", "off"}, {"recursive_triggers", "off"}}; }

const Parameter* findParameter(std::string_view name) {
  const auto* found = std::ranges::find(parameters, name, &Parameter::name);
  return found == std::end(parameters) ? nullptr : found;
}

int wholeNumber(std::string_view name, std::string_view value) {
  int number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size())
    throw SqlError(fmt::format("{} must be a whole number, not '{}'", name, value), {}, 0);
  return number;
}

bool truth(std::string_view value) {
  const std::string lower = asciiLower(value);
  return lower == "true" || lower == "on" || lower == "yes" || lower == "1";
}

void apply(const Parameter& parameter, const std::string& value, Url& url, Log* log) {
  switch (parameter.kind) {
    case Kind::Pragma:
      url.pragmas.emplace_back(parameter.name, value);
      break;
    case Kind::Limit:
      url.limits.emplace_back(parameter.limit, wholeNumber(parameter.name, value));
      break;
    case Kind::OpenFlags:
      url.openFlags = wholeNumber(parameter.name, value);
      break;
    case Kind::LoadExtensions:
      url.loadExtensions = truth(value);
      break;
    case Kind::JavaOnly:
      break;
    case Kind::Encryption:
      if (log != nullptr)
        log->warn(fmt::format("SQLite without encryption: {} has no effect", parameter.name));
      break;
  }
}

/// Takes the known parameters out of the part behind '?'; gives back the others as they stood.
std::string takeParameters(std::string_view url, std::string_view query, Values& values) {
  std::string unknown;
  for (const std::string& part : split(query, '&')) {
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    const std::string name = asciiLower(std::string_view(part).substr(0, equals));
    if (findParameter(name) == nullptr) {
      unknown += (unknown.empty() ? "?" : "&") + part;
    } else if (equals == std::string::npos) {
      throw SqlError(fmt::format("Please specify a value for PRAGMA {} in URL {}", name, redactUrl(url)), {},
                     0);
    } else {
      values[name] = part.substr(equals + 1);
    }
  }
  return unknown;
}

}  // namespace

Url parseUrl(std::string_view url, const std::map<std::string, std::string>& properties, Log* log) {
  const std::string_view address = url.substr(prefix.size());
  const std::size_t question = address.find('?');
  Values values = defaults();

  Url result;
  result.file = address.substr(0, question);
  result.isUri = result.file.starts_with("file:");
  if (question != std::string_view::npos) {
    const std::string unknown = takeParameters(url, address.substr(question + 1), values);
    if (!unknown.empty() && !result.isUri && log != nullptr)
      log->warn(fmt::format("SQLite has no such settings: {} is taken as part of the file name", unknown));
    result.file += unknown;
  }
  for (const auto& [name, value] : properties) values[asciiLower(name)] = value;
  for (const Parameter& parameter : parameters)
    if (const auto value = values.find(parameter.name); value != values.end())
      apply(parameter, value->second, result, log);
  return result;
}

void requireFolder(const Url& url) {
  if (url.isUri || url.file.empty() || url.file.starts_with(":memory:")) return;
  std::error_code ignored;
  const std::filesystem::path absolute = std::filesystem::absolute(url.file, ignored);
  std::filesystem::path missing;
  for (std::filesystem::path folder = absolute.parent_path(); !std::filesystem::exists(folder, ignored);
       folder = folder.parent_path()) {
    missing = folder;
    if (folder == folder.parent_path()) break;
  }
  if (!missing.empty())
    throw SqlError(fmt::format("path to '{}': '{}' does not exist", url.file, missing.string()), {}, 0);
}

}  // namespace whimbrel::sqlite
