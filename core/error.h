// Failures that a user can cause or meet. Everything that ends a command with exit code 1 is an Error; its
// code is the errorCode of Flyway's JSON error document. A driver throws SqlError (core/database.h); whoever
// knows what was being tried turns it into an Error.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace whimbrel {

enum class ErrorCode {
  Error,
  Fault,
  Configuration,
  DbConnection,
  ValidateError,
  SchemaDoesNotExist,
  DuplicateVersionedMigration,
  DuplicateRepeatableMigration,
  DuplicateUndoMigration,
  DuplicateDeletedMigration,
  FailedVersionedMigration,
  FailedRepeatableMigration,
  AppliedVersionedMigrationNotResolved,
  AppliedRepeatableMigrationNotResolved,
  ResolvedVersionedMigrationNotApplied,
  ResolvedRepeatableMigrationNotApplied,
  OutdatedRepeatableMigration,
  TypeMismatch,
  ChecksumMismatch,
  DescriptionMismatch,
};

/// The name in JSON documents, for example "DB_CONNECTION".
std::string_view name(ErrorCode code);

/// A failure with the text for the user: `message`, then the messages of what caused it, outermost first.
/// On the console they are joined by "\r\nCaused by: "; a JSON document holds `message` alone.
class Error : public std::exception {
 public:
  Error(ErrorCode code, std::string message, std::vector<std::string> causes = {})
      : code_(code), message_(std::move(message)), causes_(std::move(causes)) {}
  explicit Error(std::string message, std::vector<std::string> causes = {})
      : Error(ErrorCode::Error, std::move(message), std::move(causes)) {}

  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }
  const std::vector<std::string>& causes() const { return causes_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  ErrorCode code_;
  std::string message_;
  std::vector<std::string> causes_;
};

}  // namespace whimbrel
