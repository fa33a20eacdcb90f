#include "drivers/postgresql/session_state.h"

#include <algorithm>

#include <fmt/format.h>

#include "drivers/postgresql/sql_text.h"

namespace whimbrel::postgresql {

namespace {

/// Whether the name means itself without quotes.
bool isPlain(std::string_view name) {
  const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  const auto isInner = [&](char c) { return isLetter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && isLetter(name.front()) && std::ranges::all_of(name, isInner);
}

/// A text instead of a list of names: the path at connect may be empty, which no SET can say.
std::string setSearchPath(const std::string& path) {
  return fmt::format("SELECT set_config('search_path', {}, false)", quoteText(path));
}

}  // namespace

std::string searchPathWith(std::string_view schema, std::string_view atConnect) {
  const std::string_view behind = atConnect.substr(std::min(schema.size(), atConnect.size()));
  const bool standsThere =
      isPlain(schema) && atConnect.starts_with(schema) && (behind.empty() || behind[0] == ',');
  if (standsThere) return std::string(atConnect);
  if (atConnect.empty()) return quoteName(schema);
  return fmt::format("{},{}", quoteName(schema), atConnect);
}

void SessionState::keep(SessionFacts facts) {
  atConnect_ = std::move(facts);
  searchPath_.reset();
  disturbed_ = false;
}

std::optional<std::string> SessionState::currentSchema() {
  if (!disturbed_ && !searchPath_) return atConnect_.schema;
  return connection_.query("SELECT current_schema()").at(0).at(0);
}

void SessionState::useSchema(const std::string& schema) {
  std::string path = searchPathWith(schema, atConnect_.searchPath);
  if (!disturbed_ && searchPath_ == path) return;
  connection_.run(setSearchPath(path));
  searchPath_ = std::move(path);
}

void SessionState::restore() {
  if (!disturbed_) return;
  std::string sql = "SET ROLE " + quoteText(atConnect_.user);
  if (searchPath_) sql += "; " + setSearchPath(*searchPath_);
  // Other settings stay as scripts leave them; but the times in the history table have to be readable.
  if (!connection_.reported("DateStyle").starts_with("ISO")) sql += "; SET datestyle = ISO";
  connection_.runWithNext(std::move(sql));
  disturbed_ = false;
}

}  // namespace whimbrel::postgresql
