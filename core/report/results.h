// What each command answers: the facts of the JSON documents (spec/commands.md section 1.3). The commands
// fill them, json.h writes them.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/error.h"

namespace whimbrel {

/// The fields that every result ends with.
struct ResultCommon {
  std::optional<std::string> database;
  std::vector<std::string> warnings;
  std::string operation;
};

struct MigrateResult : ResultCommon {
  struct Migration {
    std::string category;
    std::string version;
    std::string description;
    std::string type;
    std::string filepath;
    int executionTime;  ///< milliseconds
  };
  std::optional<std::string> initialSchemaVersion;
  std::optional<std::string> targetSchemaVersion;
  std::string schemaName;
  std::vector<Migration> migrations;
};

struct InfoResult : ResultCommon {
  struct Migration {
    std::string category;
    std::string version;
    std::string description;
    std::string type;
    std::string installedOn;
    std::string installedOnUTC;
    std::string state;
    std::string undoable;
    std::string filepath;
    std::string installedBy;
    int executionTime;
  };
  std::optional<std::string> schemaVersion;
  std::string schemaName;
  std::vector<Migration> migrations;
  bool allSchemasEmpty = false;
};

struct ErrorDetails {
  ErrorCode code;
  std::string message;
};

struct ValidateResult : ResultCommon {
  struct Invalid {
    std::string version;
    std::string description;
    std::string filepath;
    ErrorDetails details;
  };
  std::optional<std::string> validationError;
  std::optional<ErrorDetails> errorDetails;
  std::vector<Invalid> invalidMigrations;
  bool validationSuccessful = true;
  int validateCount = 0;
};

struct BaselineResult : ResultCommon {
  bool successfullyBaselined = false;
  std::string baselineVersion;
};

struct RepairResult : ResultCommon {
  struct Migration {
    std::string version;
    std::string description;
    std::string filepath;
  };
  std::vector<std::string> repairActions;
  std::vector<Migration> migrationsRemoved;
  std::vector<Migration> migrationsDeleted;
  std::vector<Migration> migrationsAligned;
};

struct CleanResult : ResultCommon {
  std::vector<std::string> schemasCleaned;
  std::vector<std::string> schemasDropped;
};

struct UndoResult : ResultCommon {
  struct Migration {
    std::string version;
    std::string description;
    std::string filepath;
    int executionTime;
  };
  std::optional<std::string> initialSchemaVersion;
  std::optional<std::string> targetSchemaVersion;
  std::string schemaName;
  std::vector<Migration> undoneMigrations;
};

using Result = std::variant<MigrateResult, InfoResult, ValidateResult, BaselineResult, RepairResult,
                            CleanResult, UndoResult>;

}  // namespace whimbrel
