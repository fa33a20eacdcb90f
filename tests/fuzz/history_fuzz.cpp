// What a history table can hold: rows that end with 0x1e, of fields that end with 0x1f, in which "NULL" is no
// value. An Error, or rows whose states, table, validation and JSON can be made. The same rows as those of
// the table of half-done scripts.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/database.h"
#include "core/error.h"
#include "core/history/progress_table.h"
#include "core/history/schema_history.h"
#include "core/report/json.h"
#include "core/report/migration_fields.h"
#include "core/report/table.h"
#include "core/state/validation.h"
#include "core/text/strings.h"

namespace {

using namespace whimbrel;

constexpr std::size_t columns = 11;  // of the wider table

/// Gives the same rows to every query.
class Rows : public Database {
 public:
  explicit Rows(std::string_view text) {
    for (const std::string& line : split(text, '\x1e')) {
      Row& row = rows_.emplace_back();
      for (const std::string& field : split(line, '\x1f'))
        row.push_back(field == "NULL" ? Value() : Value(field));
      row.resize(columns);
    }
  }
  const DatabaseFacts& facts() const override { return facts_; }
  std::vector<Row> query(std::string_view) override { return rows_; }
  Execution execute(std::string_view) override { return {{}, {{true, {}, rows_, 0}}}; }
  bool tableExists(const TableName&) override { return true; }

  std::string quote(std::string_view identifier) const override { return std::string(identifier); }
  std::string literal(std::string_view text) const override { return std::string(text); }
  std::string booleanLiteral(bool value) const override { return value ? "1" : "0"; }
  std::string createSchemaStatement(const std::string&) const override { return {}; }
  std::vector<std::string> sessionStatements() const override { return {}; }
  std::vector<std::string> scriptStatements(const std::string&) const override { return {}; }
  void begin() override {}
  void commit() override {}
  void rollback() override {}
  bool hasOpenTransaction() override { return false; }
  bool commitsEach() const override { return false; }
  std::optional<std::string> currentSchema() override { return {}; }
  void useSchema(const std::string&) override {}
  void restoreSession() override {}
  bool schemaExists(const std::string&) override { return true; }
  bool schemaIsEmpty(const std::string&) override { return false; }
  void cancel() noexcept override {}
  void createSchema(const std::string&) override {}
  void dropSchema(const std::string&) override {}
  void cleanSchema(const std::string&) override {}
  std::vector<std::string> historyTableStatements(const TableName&, const std::string&,
                                                  const std::optional<BaselineRow>&) const override {
    return {};
  }
  void lock(const TableName&, int, bool (*)()) override {}
  void unlock(const TableName&) noexcept override {}

 private:
  DatabaseFacts facts_;
  std::vector<Row> rows_;
};

/// What lies in the locations.
std::vector<Migration> scripts() {
  std::vector<Migration> all(4);
  all[0].version = Version::parse("1");
  all[1].version = Version::parse("2.1");
  all[2].version = Version::parse("2");
  all[2].type = "SQL_BASELINE";
  all[3].description = "view";
  return all;
}

void show(const MigrationInfos& infos) {
  std::vector<const MigrationInfo*> shown;
  InfoResult result;
  for (const MigrationInfo& info : infos.all) {
    shown.push_back(&info);
    const AppliedMigration row = info.applied ? *info.applied : AppliedMigration();
    result.migrations.push_back({std::string(category(info)), versionText(info), info.description(),
                                 info.type(), installedOnText(row.installedOn),
                                 installedOnUtc(row.installedOn), std::string(facts(info.state).text), "",
                                 filePath(info), row.installedBy, row.executionTime});
  }
  infoTable(shown);
  infoTable(shown, 80);
  if (!nlohmann::json::accept(jsonDocument({result}))) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Settings settings;
  static const std::vector<Migration> resolved = scripts();
  Rows database({reinterpret_cast<const char*>(data), size});
  const TableName table{"app", "history"};
  try {
    ProgressTable(database, table).rows();
  } catch (const Error&) {
    // Nobody but us writes it, and nobody need be able to read what others write there.
  }
  try {
    SchemaHistory history(database, table, settings);
    const std::vector<AppliedMigration>& applied = history.rows();
    for (const AppliedMigration& row : applied) {
      if (historyDescription(row.description).size() > 800 || historyScript(row.script).size() > 4000)
        std::abort();
    }
    for (const bool outOfOrder : {false, true}) {
      const MigrationInfos infos =
          computeState(resolved, applied, {.target = {}, .outOfOrder = outOfOrder, .cherryPick = {}});
      infos.current();
      infos.lastResolvedVersion();
      findValidationErrors(infos, IgnorePatterns(settings), PendingMigrations::AreErrors);
      show(infos);
    }
    history.nextRank();
  } catch (const Error&) {
    // Most rows are none that a history holds.
  }
  return 0;
}
