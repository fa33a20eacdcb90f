#include "core/report/json.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace whimbrel;
using Json = nlohmann::ordered_json;

TEST_CASE("a result has its own fields first, then the common ones") {
  MigrateResult result;
  result.targetSchemaVersion = "2";
  result.schemaName = "a, b";
  result.migrations.push_back({"Versioned", "2", "<x> & 'y'", "SQL", "/abs/V2.sql", 7});
  result.database = "app";
  result.warnings = {"w"};
  result.operation = "migrate";
  CHECK(jsonDocument(std::vector<Result>{result}) == R"({
  "initialSchemaVersion": null,
  "targetSchemaVersion": "2",
  "schemaName": "a, b",
  "migrations": [
    {
      "category": "Versioned",
      "version": "2",
      "description": "<x> & 'y'",
      "type": "SQL",
      "filepath": "/abs/V2.sql",
      "executionTime": 7
    }
  ],
  "migrationsExecuted": 1,
  "flywayVersion": "7.15.0",
  "database": "app",
  "warnings": [
    "w"
  ],
  "operation": "migrate"
})");
}

TEST_CASE("several results come in one document") {
  const Json json = Json::parse(jsonDocument({CleanResult{}, RepairResult{}}));
  CHECK(json["individualResults"].size() == 2);
  CHECK(json["individualResults"][1]["migrationsRemoved"] == Json::array());
  CHECK(json["flywayVersion"].is_null());
  CHECK(json["operation"].is_null());
}

TEST_CASE("an error document holds the outermost message alone") {
  CHECK(jsonDocument(
            Error(ErrorCode::Configuration, "Unknown configuration property: flyway.foo", {"cause"})) == R"({
  "error": {
    "errorCode": "CONFIGURATION",
    "message": "Unknown configuration property: flyway.foo",
    "stackTrace": null
  }
})");
}

TEST_CASE("bytes that are no text do not break the document") {
  const Json json = Json::parse(jsonDocument(Error("bad \xFF byte")));
  CHECK(json["error"]["message"] == "bad \xEF\xBF\xBD byte");
}

TEST_CASE("a failed validation keeps its findings") {
  ValidateResult result;
  result.validationError = "Migrations have failed validation";
  result.errorDetails = ErrorDetails{ErrorCode::ValidateError, "Migrations have failed validation"};
  result.invalidMigrations.push_back({"1", "d", "", {ErrorCode::ChecksumMismatch, "m"}});
  result.validationSuccessful = false;
  const Json json = Json::parse(jsonDocument(std::vector<Result>{result}));
  CHECK(json["invalidMigrations"][0]["errorDetails"]["errorCode"] == "CHECKSUM_MISMATCH");
  CHECK(json["validationSuccessful"] == false);
  CHECK(json["validateCount"] == 0);
}
