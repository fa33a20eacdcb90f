// The configuration of one run, parsed: what core and drivers read. Field names are Flyway's key names;
// defaults are 7.15.0's but where noted. Built by parseSettings (core/config/configuration.h) from the keys
// table.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace whimbrel {

struct Settings {
  // Connection
  std::string url;
  std::optional<std::string> user;
  std::optional<std::string> password;
  bool awsIamAuthentication = false;  ///< whimbrel's own, as are the next two
  std::string awsIamHost;             ///< "host:port" that tokens are made for; empty: those of the URL
  std::string awsIamRegion;           ///< empty: that of the host's name, or the configured one
  int connectRetries = 0;
  int connectRetriesInterval = 120;  ///< seconds
  std::string initSql;
  std::map<std::string, std::string> jdbcProperties;

  // Finding and reading migrations
  std::vector<std::string> locations = {"filesystem:sql"};
  std::vector<std::string> callbackLocations;
  bool failOnMissingLocations = false;
  std::string sqlMigrationPrefix = "V";
  std::string undoSqlMigrationPrefix = "U";
  std::string baselineMigrationPrefix = "B";
  std::string repeatableSqlMigrationPrefix = "R";
  std::string sqlMigrationSeparator = "__";
  std::vector<std::string> sqlMigrationSuffixes = {".sql"};
  bool validateMigrationNaming = false;
  std::string encoding = "UTF-8";
  bool detectEncoding = false;
  std::optional<bool> s3PathStyle;  ///< absent: for endpoints that are not AWS's own
  std::string s3ChecksumCache;      ///< a file; empty: none
  bool scriptMigrations = false;    ///< whimbrel's own: newer Flyway always runs them
  bool scriptMigrationsGetPassword = false;
  bool skipDefaultResolvers = false;
  bool skipDefaultCallbacks = false;

  // Placeholders
  bool placeholderReplacement = true;
  std::string placeholderPrefix = "${";
  std::string placeholderSuffix = "}";
  std::string placeholderSeparator = ":";
  std::map<std::string, std::string> placeholders;
  std::string scriptPlaceholderPrefix = "FP__";
  std::string scriptPlaceholderSuffix = "__";

  // Schemas and history
  std::vector<std::string> schemas;
  std::optional<std::string> defaultSchema;
  std::string table = "flyway_schema_history";
  std::string tablespace;
  bool createSchemas = true;
  std::string installedBy;

  // Commands
  std::string baselineVersion = "1";
  std::string baselineDescription = "<< Flyway Baseline >>";
  bool baselineOnMigrate = false;
  std::optional<bool>
      cleanDisabled;  ///< absent counts as true, newer Flyway's default: 7.15.0's false loses data
  bool cleanOnValidationError = false;
  bool validateOnMigrate = true;
  std::string target = "latest";  ///< a version (perhaps with '?'), or latest, current, next
  std::vector<std::string> cherryPick;
  bool outOfOrder = false;
  bool group = false;
  bool mixed = false;
  bool executeInTransaction = true;
  bool skipExecutingMigrations = false;
  std::string dryRunOutput;       ///< a file; empty: run for real
  bool recordStatements = false;  ///< whimbrel's own, like the next one; see docs/reliability.md
  /// What happens to a script that stopped halfway, once repair has been run: it begins anew, or goes on
  /// behind what took effect (and does a statement in doubt again, or not).
  enum class Resume { No, Yes, Redo, Skip };
  Resume resumeFailedMigrations = Resume::No;
  bool outputQueryResults = true;
  bool batch = false;
  bool stream = false;
  int lockRetryCount = 50;
  bool ignoreMissingMigrations = false;
  bool ignoreIgnoredMigrations = false;
  bool ignorePendingMigrations = false;
  bool ignoreFutureMigrations = true;
  std::vector<std::string> ignoreMigrationPatterns;

  // info filters (command line only)
  std::string infoSinceDate;
  std::string infoUntilDate;
  std::string infoSinceVersion;
  std::string infoUntilVersion;
  std::string infoOfState;

  /// Where the program was told to work, absolute; empty: the current directory.
  std::string workingDirectory;

  /// What the user should know about keys that have no effect, to be printed before the first command.
  std::vector<std::string> warnings;
};

}  // namespace whimbrel
