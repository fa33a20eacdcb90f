// Scripts, rows and options from the short notation of the data files.
#pragma once

#include <string>
#include <vector>

#include "core/state/migration_info.h"

struct StateCase {
  std::string name;
  std::vector<whimbrel::Migration> scripts;
  std::vector<whimbrel::AppliedMigration> rows;
  whimbrel::StateOptions options;
  std::string expected;  ///< the text behind "list:" or "error:"
};

/// All cases of a data file (see the head of data/states.txt).
std::vector<StateCase> readCases(const std::string& path);
/// "V1=Success R:a=Pending"
std::string describe(const whimbrel::MigrationInfos& infos);
