// The only file that includes toml11: it takes long to compile.
#include "core/config/toml.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <sstream>

#include <fmt/format.h>
#include <toml.hpp>

#include "core/config/toml_nesting.h"
#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

constexpr int deepestNesting = 32;

Error unableToLoad(const std::string& source, std::string cause) {
  return Error("Unable to load config file: " + source, {std::move(cause)});
}

/// "value after '=' is missing" out of "[error] toml::parse_x: value after …", a heading over lines of the
/// file.
std::string heading(std::string_view message) {
  message = message.substr(0, message.find('\n'));
  for (const std::string_view prefix : {"[error] ", "bad format: "})
    if (message.starts_with(prefix)) message.remove_prefix(prefix.size());
  if (const std::size_t function = message.find(": ");
      message.starts_with("toml::") && function != std::string_view::npos)
    message.remove_prefix(function + 2);
  return std::string(message);
}

toml::value parse(std::string_view text, const std::string& source) {
  try {
    std::istringstream stream{std::string(text)};
    return toml::parse(stream, source);
  } catch (const toml::exception& error) {
    throw unableToLoad(source, fmt::format("line {}: {} (text needs quotes in TOML)", error.location().line(),
                                           heading(error.what())));
  } catch (const std::exception& error) {  // such as a number that is too large
    throw unableToLoad(source, fmt::format("It is no TOML: {}", heading(error.what())));
  }
}

class Flattener {
 public:
  explicit Flattener(const std::string& source) : source_(source) {}

  std::vector<TomlEntry> flatten(const toml::value& root) {
    addTable(root);
    std::sort(entries_.begin(), entries_.end(),
              [](const TomlEntry& left, const TomlEntry& right) { return left.path < right.path; });
    return std::move(entries_);
  }

 private:
  void addTable(const toml::value& table) {
    for (const auto& [name, value] : table.as_table()) {
      path_.push_back(name);
      // Other programs keep tables of their own in the file; what those hold is not ours to judge.
      if (path_.front() == "flyway" || path_.front() == "environments") addValue(value);
      path_.pop_back();
    }
  }

  void addValue(const toml::value& value) {
    if (value.is_table())
      addTable(value);
    else if (isSimple(value))
      entries_.push_back({path_, elements(value), line(value)});
    else if (path_.size() == 2)
      throw unableToLoad(
          source_, fmt::format("line {}: {} can't be a list of lists or tables", line(value), path_.back()));
  }

  static bool isSimple(const toml::value& value) {
    if (!value.is_array()) return true;
    const auto& list = value.as_array();
    return std::none_of(list.begin(), list.end(),
                        [](const toml::value& element) { return element.is_array() || element.is_table(); });
  }

  std::vector<std::string> elements(const toml::value& value) const {
    if (!value.is_array()) return {text(value)};
    std::vector<std::string> texts;
    for (const toml::value& element : value.as_array()) texts.push_back(text(element));
    return texts;
  }

  // As the same value stands in a .conf file.
  std::string text(const toml::value& value) const {
    if (value.is_string()) return value.as_string().str;
    if (value.is_boolean()) return value.as_boolean() ? "true" : "false";
    if (value.is_integer()) return std::to_string(integer(value));
    return toml::format(value);
  }

  // The parser gives the largest number there is for all that are larger.
  std::int64_t integer(const toml::value& value) const {
    using Limits = std::numeric_limits<std::int64_t>;
    if (value.as_integer() < Limits::max()) return value.as_integer();
    throw unableToLoad(source_, fmt::format("line {}: the number is too large", line(value)));
  }

  static int line(const toml::value& value) { return static_cast<int>(value.location().line()); }

  const std::string& source_;
  std::vector<std::string> path_;
  std::vector<TomlEntry> entries_;
};

}  // namespace

std::vector<TomlEntry> readToml(std::string_view text, const std::string& source) {
  if (text.size() > tomlLimit)
    throw unableToLoad(source, fmt::format("It is larger than {} KiB", tomlLimit >> 10));
  // The parser would read outside of its memory.
  if (!isUtf8(text)) throw unableToLoad(source, "It is no UTF-8");
  if (!nestsWithin(text, deepestNesting)) throw unableToLoad(source, "It nests too deeply");
  return Flattener(source).flatten(parse(text, source));
}

}  // namespace whimbrel
