#include "drivers/mysql/statement_effect.h"

#include <algorithm>
#include <array>

#include "core/statement_words.h"
#include "core/text/strings.h"

namespace whimbrel::mysql {

namespace {

using enum StatementEffect::Commit;
using enum StatementEffect::Session;

struct KnownWord {
  std::string_view word;
  StatementEffect effect;
};

// What is not here may do anything: CALL, EXECUTE, DROP (of several tables, of which some may be gone when it
// fails), blocks of MariaDB …
constexpr auto words = std::to_array<KnownWord>({
    {"INSERT", {No, Kept}},      {"REPLACE", {No, Kept}},      {"UPDATE", {No, Kept}},
    {"DELETE", {No, Kept}},      {"SELECT", {No, Kept}},       {"WITH", {No, Kept}},
    {"TABLE", {No, Kept}},       {"VALUES", {No, Kept}},       {"DO", {No, Kept}},
    {"SHOW", {No, Kept}},        {"EXPLAIN", {No, Kept}},      {"DESCRIBE", {No, Kept}},
    {"DESC", {No, Kept}},        {"GET", {No, Kept}},          {"SAVEPOINT", {No, Kept}},
    {"RELEASE", {No, Kept}},     {"USE", {No, Changed}},       {"PREPARE", {No, Changed}},
    {"DEALLOCATE", {No, Kept}},  {"CREATE", {Whole, Kept}},    {"ALTER", {Whole, Kept}},
    {"RENAME", {Whole, Kept}},   {"TRUNCATE", {Whole, Kept}},  {"START", {Whole, Kept}},
    {"BEGIN", {Midway, Kept}},   {"COMMIT", {Whole, Kept}},    {"ROLLBACK", {Whole, Kept}},
    {"ANALYZE", {Midway, Kept}}, {"OPTIMIZE", {Midway, Kept}}, {"UNLOCK", {Whole, Kept}},
    {"LOCK", {Locks, Bound}},    {"FLUSH", {Locks, Kept}},     {"BACKUP", {Locks, Bound}},
    {"HANDLER", {No, Bound}},    {"XA", {Locks, Bound}},
});

bool has(std::string_view sql, std::string_view part) {
  return asciiLower(sql).find(part) != std::string::npos;
}

/// Assignments that commit (autocommit, a password), and variables whose value came from rows or functions.
StatementEffect effectOfSet(std::string_view sql) {
  const bool commits = has(sql, "autocommit") || has(sql, "password");
  const bool computed = sql.find('@') != std::string_view::npos && sql.find('(') != std::string_view::npos;
  return {commits ? Midway : No, computed ? Bound : Changed};
}

/// Of the words behind CREATE.
bool makesTemporary(StatementWords words) {
  const std::string second = words.next();
  return second == "TEMPORARY" ||
         (second == "OR" && words.next() == "REPLACE" && words.next() == "TEMPORARY");
}

/// `SELECT … INTO @x`, `SELECT @x := …`.
bool assigns(std::string_view sql) {
  constexpr std::string_view blanks = " \t\r\n";
  for (std::size_t at = sql.find('@'); at != std::string_view::npos; at = sql.find('@', at + 1)) {
    const std::string_view before = sql.substr(0, sql.find_last_not_of(blanks, at - 1) + 1);
    if (at > 0 && before.size() >= 4 && has(before.substr(before.size() - 4), "into")) return true;
    const std::size_t behind = sql.find_first_of(blanks, at);
    if (sql.substr(at, behind == std::string_view::npos ? behind : behind - at + 4).find(":=") !=
        std::string_view::npos)
      return true;
  }
  return false;
}

}  // namespace

StatementEffect statementEffect(std::string_view sql) {
  StatementWords reader(sql);
  const std::string first = reader.next();
  if (first == "SET") return effectOfSet(reader.rest());
  const auto known = std::ranges::find(words, first, &KnownWord::word);
  if (known == words.end()) return {Midway, Kept};
  StatementEffect effect = known->effect;
  if (first == "CREATE" ? makesTemporary(reader) : assigns(sql)) effect.session = Bound;
  return effect;
}

}  // namespace whimbrel::mysql
