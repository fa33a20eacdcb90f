#include "drivers/postgresql/sql_text.h"

namespace whimbrel::postgresql {

namespace {

void appendDoubling(std::string& result, std::string_view text, std::string_view doubled) {
  for (const char c : text) {
    if (doubled.find(c) != std::string_view::npos) result += c;
    result += c;
  }
}

}  // namespace

std::string quoteName(std::string_view name) {
  std::string quoted = "\"";
  appendDoubling(quoted, name, "\"");
  return quoted += '"';
}

std::string quoteText(std::string_view text) {
  // A plain literal reads backslashes by that setting, one with E never.
  const bool escaped = text.find('\\') != std::string_view::npos;
  std::string quoted = escaped ? "E'" : "'";
  appendDoubling(quoted, text, escaped ? "'\\" : "'");
  return quoted += '\'';
}

}  // namespace whimbrel::postgresql
