#include "core/error.h"

namespace whimbrel {

std::string_view name(ErrorCode code) {
  switch (code) {
    case ErrorCode::Error:
      return "ERROR";
    case ErrorCode::Fault:
      return "FAULT";
    case ErrorCode::Configuration:
      return "CONFIGURATION";
    case ErrorCode::DbConnection:
      return "DB_CONNECTION";
    case ErrorCode::ValidateError:
      return "VALIDATE_ERROR";
    case ErrorCode::SchemaDoesNotExist:
      return "SCHEMA_DOES_NOT_EXIST";
    case ErrorCode::DuplicateVersionedMigration:
      return "DUPLICATE_VERSIONED_MIGRATION";
    case ErrorCode::DuplicateRepeatableMigration:
      return "DUPLICATE_REPEATABLE_MIGRATION";
    case ErrorCode::DuplicateUndoMigration:
      return "DUPLICATE_UNDO_MIGRATION";
    case ErrorCode::DuplicateDeletedMigration:
      return "DUPLICATE_DELETED_MIGRATION";
    case ErrorCode::FailedVersionedMigration:
      return "FAILED_VERSIONED_MIGRATION";
    case ErrorCode::FailedRepeatableMigration:
      return "FAILED_REPEATABLE_MIGRATION";
    case ErrorCode::AppliedVersionedMigrationNotResolved:
      return "APPLIED_VERSIONED_MIGRATION_NOT_RESOLVED";
    case ErrorCode::AppliedRepeatableMigrationNotResolved:
      return "APPLIED_REPEATABLE_MIGRATION_NOT_RESOLVED";
    case ErrorCode::ResolvedVersionedMigrationNotApplied:
      return "RESOLVED_VERSIONED_MIGRATION_NOT_APPLIED";
    case ErrorCode::ResolvedRepeatableMigrationNotApplied:
      return "RESOLVED_REPEATABLE_MIGRATION_NOT_APPLIED";
    case ErrorCode::OutdatedRepeatableMigration:
      return "OUTDATED_REPEATABLE_MIGRATION";
    case ErrorCode::TypeMismatch:
      return "TYPE_MISMATCH";
    case ErrorCode::ChecksumMismatch:
      return "CHECKSUM_MISMATCH";
    case ErrorCode::DescriptionMismatch:
      return "DESCRIPTION_MISMATCH";
  }
  return "FAULT";
}

}  // namespace whimbrel
