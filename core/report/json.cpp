#include "core/report/json.h"

#include <nlohmann/json.hpp>

namespace whimbrel {

namespace {

using Json = nlohmann::ordered_json;

/// The version that scripts which look at "flywayVersion" expect of the reference.
constexpr const char* compatibleVersion = "7.15.0";

Json orNull(const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); }

Json details(const ErrorDetails& details) {
  return {{"errorCode", name(details.code)}, {"errorMessage", details.message}};
}

Json toJson(const MigrateResult::Migration& migration) {
  return {{"category", migration.category},       {"version", migration.version},
          {"description", migration.description}, {"type", migration.type},
          {"filepath", migration.filepath},       {"executionTime", migration.executionTime}};
}

Json toJson(const InfoResult::Migration& migration) {
  return {{"category", migration.category},
          {"version", migration.version},
          {"description", migration.description},
          {"type", migration.type},
          {"installedOn", migration.installedOn},
          {"installedOnUTC", migration.installedOnUTC},
          {"state", migration.state},
          {"undoable", migration.undoable},
          {"filepath", migration.filepath},
          {"installedBy", migration.installedBy},
          {"executionTime", migration.executionTime}};
}

Json toJson(const ValidateResult::Invalid& migration) {
  return {{"version", migration.version},
          {"description", migration.description},
          {"filepath", migration.filepath},
          {"errorDetails", details(migration.details)}};
}

Json toJson(const RepairResult::Migration& migration) {
  return {{"version", migration.version},
          {"description", migration.description},
          {"filepath", migration.filepath}};
}

Json toJson(const UndoResult::Migration& migration) {
  return {{"version", migration.version},
          {"description", migration.description},
          {"filepath", migration.filepath},
          {"executionTime", migration.executionTime}};
}

template <typename Item>
Json list(const std::vector<Item>& items) {
  Json array = Json::array();
  for (const Item& item : items) array.push_back(toJson(item));
  return array;
}

Json ownFields(const MigrateResult& result) {
  return {{"initialSchemaVersion", orNull(result.initialSchemaVersion)},
          {"targetSchemaVersion", orNull(result.targetSchemaVersion)},
          {"schemaName", result.schemaName},
          {"migrations", list(result.migrations)},
          {"migrationsExecuted", result.migrations.size()}};
}

Json ownFields(const InfoResult& result) {
  return {{"schemaVersion", orNull(result.schemaVersion)},
          {"schemaName", result.schemaName},
          {"migrations", list(result.migrations)},
          {"allSchemasEmpty", result.allSchemasEmpty}};
}

Json ownFields(const ValidateResult& result) {
  return {{"validationError", orNull(result.validationError)},
          {"errorDetails", result.errorDetails ? details(*result.errorDetails) : Json(nullptr)},
          {"invalidMigrations", list(result.invalidMigrations)},
          {"validationSuccessful", result.validationSuccessful},
          {"validateCount", result.validateCount}};
}

Json ownFields(const BaselineResult& result) {
  return {{"successfullyBaselined", result.successfullyBaselined},
          {"baselineVersion", result.baselineVersion}};
}

Json ownFields(const RepairResult& result) {
  return {{"repairActions", result.repairActions},
          {"migrationsRemoved", list(result.migrationsRemoved)},
          {"migrationsDeleted", list(result.migrationsDeleted)},
          {"migrationsAligned", list(result.migrationsAligned)}};
}

Json ownFields(const CleanResult& result) {
  return {{"schemasCleaned", result.schemasCleaned}, {"schemasDropped", result.schemasDropped}};
}

Json ownFields(const UndoResult& result) {
  return {{"initialSchemaVersion", orNull(result.initialSchemaVersion)},
          {"targetSchemaVersion", orNull(result.targetSchemaVersion)},
          {"schemaName", result.schemaName},
          {"undoneMigrations", list(result.undoneMigrations)},
          {"migrationsUndone", result.undoneMigrations.size()}};
}

template <typename SomeResult>
Json document(const SomeResult& result) {
  Json json = ownFields(result);
  json["flywayVersion"] = compatibleVersion;
  json["database"] = orNull(result.database);
  json["warnings"] = result.warnings;
  json["operation"] = result.operation;
  return json;
}

std::string text(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string jsonDocument(const std::vector<Result>& results) {
  Json documents = Json::array();
  for (const Result& result : results)
    documents.push_back(std::visit([](const auto& some) { return document(some); }, result));
  if (documents.size() == 1) return text(documents.front());
  return text({{"individualResults", documents},
               {"flywayVersion", nullptr},
               {"database", nullptr},
               {"warnings", Json::array()},
               {"operation", nullptr}});
}

std::string jsonDocument(const Error& error) {
  const Json stackTrace = error.code() == ErrorCode::Fault ? Json("") : Json(nullptr);
  return text(
      {{"error",
        {{"errorCode", name(error.code())}, {"message", error.message()}, {"stackTrace", stackTrace}}}});
}

}  // namespace whimbrel
