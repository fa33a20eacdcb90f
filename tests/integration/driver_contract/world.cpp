#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>

#include <fmt/format.h>

#include "drivers/registry.h"
#include "tests/integration/driver_contract/driver_contract.h"

namespace whimbrel::contract {

namespace {

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::string randomName() {
  std::random_device device;
  return fmt::format("whimbrel_test_{:08x}{:08x}", device(), device());
}

std::string withSchema(const std::string& url, const std::string& schema, const std::string& property) {
  const std::size_t query = std::min(url.find('?'), url.size());
  if (property.empty()) return std::string(url).insert(query, schema);
  return fmt::format("{}{}{}={}", url, query == url.size() ? '?' : '&', property, schema);
}

bool available(const Dialect& dialect) {
  return dialect.variable.empty() || environment(dialect.variable + "_URL").has_value();
}

}  // namespace

World::World(const Dialect& dialect) : dialect_(dialect), schema_(randomName()) {
  if (dialect.variable.empty()) {
    folder_ = (std::filesystem::temp_directory_path() / schema_).string();
    std::filesystem::create_directory(folder_);
    settings_.url = "jdbc:sqlite:" + folder_ + "/test.db";
    schema_ = "main";
  } else {
    settings_.user = environment(dialect.variable + "_USER").value_or("fly");
    settings_.password = environment(dialect.variable + "_PASSWORD").value_or("fly");
    settings_.url = *environment(dialect.variable + "_URL");
    openDatabase(settings_)->createSchema(schema_);
    settings_.url = withSchema(settings_.url, schema_, dialect.schemaProperty);
  }
  database_ = connect();
}

World::~World() {
  try {
    database_->rollback();
    if (dialect_.hasSchemas && database_->schemaExists(schema_)) database_->dropSchema(schema_);
  } catch (const std::exception& error) {
    std::cerr << "left behind: " << schema_ << ": " << error.what() << '\n';
  }
  database_.reset();
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

std::unique_ptr<Database> World::connect() const { return openDatabase(settings_); }

void World::run(const Statements& statements) {
  for (const std::string& statement : statements) database_->execute(statement);
}

Value World::value(const std::string& sql) {
  const std::vector<Row> rows = database_->query(sql);
  REQUIRE(rows.size() == 1);
  REQUIRE(rows[0].size() == 1);
  return rows[0][0];
}

long long World::number(const std::string& sql) { return std::stoll(value(sql).value()); }

void onEachDriver(const std::function<void(World&)>& test) {
  for (const Dialect& dialect : dialects()) {
    if (!available(dialect)) continue;
    SUBCASE(dialect.product.c_str()) {
      World world(dialect);
      test(world);
    }
  }
}

TEST_CASE("each driver is tested or said to be skipped") {
  for (const Dialect& dialect : dialects()) {
    std::cout << "driver_contract: " << dialect.product
              << (available(dialect) ? "" : ": SKIPPED, " + dialect.variable + "_URL is not set") << '\n';
  }
  CHECK(available(dialects().front()));
}

}  // namespace whimbrel::contract
