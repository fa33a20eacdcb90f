#include "drivers/postgresql/server_message.h"

#include <algorithm>
#include <charconv>
#include <string>

#include <fmt/format.h>

#include "core/text/strings.h"
#include "drivers/postgresql/libpq.h"

namespace whimbrel::postgresql {

namespace {

std::string_view field(const PGresult* result, int code) {
  const char* const text = PQresultErrorField(result, code);
  return text == nullptr ? std::string_view() : text;
}

void appendLine(std::string& message, std::string_view title, std::string_view text) {
  if (!text.empty()) message += fmt::format("\n  {}: {}", title, text);
}

/// Where the server's primary message begins in a verbose text: behind "FATAL:  28P01: ".
struct Answer {
  std::string_view severity;
  std::string_view state;
  std::string_view rest;
};

/// libpq's texts for people at a terminal, as one line.
std::string oneLine(std::string_view text) {
  std::string line;
  for (const std::string& part : split(trim(text), '\n')) {
    const bool sentenceEnds = line.empty() || line.ends_with('.') || line.ends_with('?');
    if (!line.empty()) line += sentenceEnds ? " " : ". ";
    line += trim(part);
  }
  return line;
}

bool isState(std::string_view text) {
  return text.size() == 5 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

std::optional<Answer> findAnswer(std::string_view text) {
  constexpr std::string_view behindSeverity = ":  ";
  constexpr std::size_t stateSize = 5;
  for (std::size_t at = text.find(behindSeverity); at != std::string_view::npos;
       at = text.find(behindSeverity, at + 1)) {
    const std::string_view state = text.substr(at + behindSeverity.size(), stateSize);
    const std::string_view rest = text.substr(std::min(text.size(), at + behindSeverity.size() + stateSize));
    if (!isState(state) || !rest.starts_with(": ")) continue;
    const std::size_t before = text.find_last_of(" \n", at);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    return Answer{text.substr(begin, at - begin), state, rest.substr(2)};
  }
  return std::nullopt;
}

}  // namespace

SqlError resultFailure(const PGresult* result, std::size_t ownPrefix) {
  const std::string_view state = field(result, PG_DIAG_SQLSTATE);
  if (state.empty()) return connectionFailure(PQresultErrorMessage(result));
  std::string message =
      fmt::format("{}: {}", field(result, PG_DIAG_SEVERITY), field(result, PG_DIAG_MESSAGE_PRIMARY));
  appendLine(message, "Detail", field(result, PG_DIAG_MESSAGE_DETAIL));
  appendLine(message, "Hint", field(result, PG_DIAG_MESSAGE_HINT));
  const std::string_view position = field(result, PG_DIAG_STATEMENT_POSITION);
  std::size_t number = 0;
  std::from_chars(position.data(), position.data() + position.size(), number);
  if (number > ownPrefix) appendLine(message, "Position", std::to_string(number - ownPrefix));
  appendLine(message, "Where", field(result, PG_DIAG_CONTEXT));
  return {message, std::string(state), 0};
}

SqlError connectionFailure(std::string_view text) { return {oneLine(text), "08006", 0}; }

SqlError loginFailure(std::string_view text) {
  const std::optional<Answer> answer = findAnswer(text);
  if (!answer) return {oneLine(text), "08001", 0};
  std::string message = fmt::format("{}: ", answer->severity);
  // The primary message may have several lines; what follows it are lines with titles.
  std::string_view rest = answer->rest;
  const std::size_t location = rest.find("\nLOCATION:  ");
  rest = trim(rest.substr(0, location));
  message += replaceAll(replaceAll(rest, "\nDETAIL:  ", "\n  Detail: "), "\nHINT:  ", "\n  Hint: ");
  return {message, std::string(answer->state), 0};
}

ServerWarning notice(const PGresult* result) {
  return {std::string(field(result, PG_DIAG_SQLSTATE)), 0,
          std::string(field(result, PG_DIAG_MESSAGE_PRIMARY))};
}

}  // namespace whimbrel::postgresql
