#include "core/database.h"

#include <fmt/format.h>

#include "core/statement_words.h"

namespace whimbrel {

namespace {

/// A value in the database's SQL.
struct AsLiteral {
  const Database& database;
  std::string operator()(std::nullptr_t) const { return "NULL"; }
  std::string operator()(bool value) const { return database.booleanLiteral(value); }
  std::string operator()(int value) const { return std::to_string(value); }
  std::string operator()(const std::string& value) const { return database.literal(value); }
};

}  // namespace

void Database::insert(const TableName& table, std::span<const Field> row) {
  std::string columns, values;
  for (const Field& field : row) {
    const std::string_view separator = columns.empty() ? "" : ", ";
    columns += separator;
    columns += quote(field.column);
    values += separator;
    values += std::visit(AsLiteral{*this}, field.value);
  }
  query(fmt::format("INSERT INTO {} ({}) VALUES ({})", quote(table), columns, values));
}

void Database::executeBatch(std::span<const std::string_view> statements,
                            const std::function<void(const Execution&)>& done) {
  for (const std::string_view statement : statements) done(execute(statement));
}

Execution Database::executeCopy(std::string_view, Reader&) {
  throw SqlError("COPY … FROM STDIN is not supported by " + facts().product, {}, 0);
}

StatementEffect Database::effectOf(std::string_view sql) const {
  using enum StatementEffect::Commit;
  using enum StatementEffect::Session;
  StatementWords words(sql);
  const std::string first = words.next();
  if (first == "COMMIT" || first == "END" || first == "ROLLBACK" || first == "ABORT" || first == "PREPARE")
    return {Whole, Kept};
  if (first == "SET" || first == "RESET") return {No, Changed};
  const bool temporary = first == "CREATE" && words.next().starts_with("TEMP");
  return {No, temporary ? Bound : Kept};
}

std::vector<std::string> Database::tablesWithoutTransactions(const std::string&) { return {}; }

Transaction::~Transaction() {
  if (database_ == nullptr) return;
  try {
    database_->rollback();
  } catch (const SqlError&) {
    // The failure that brought us here is the one to tell; a connection that can't roll back is lost anyway.
  }
}

void Transaction::commit() {
  database_->commit();
  database_ = nullptr;
}

}  // namespace whimbrel
