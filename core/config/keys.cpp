#include "core/config/keys.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/config/values.h"
#include "core/error.h"
#include "core/text/encoding.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

// ---- How values reach their fields: one function per type, and a few for keys with rules of their own.

template <auto Field>
void text(const Key&, Settings& settings, std::string_view, const std::string& value) {
  settings.*Field = value;
}

template <auto Field>
void boolean(const Key& key, Settings& settings, std::string_view, const std::string& value) {
  settings.*Field = parseBoolean(key.name, value);
}

template <auto Field>
void integer(const Key& key, Settings& settings, std::string_view, const std::string& value) {
  settings.*Field = parseInteger(key.name, value);
}

template <auto Field>
void list(const Key&, Settings& settings, std::string_view, const std::string& value) {
  settings.*Field = parseList(value);
}

template <auto Field>
void map(const Key&, Settings& settings, std::string_view entry, const std::string& value) {
  (settings.*Field)[std::string(entry)] = value;
}

void notEmpty(const Key& key, Settings&, std::string_view, const std::string& value) {
  if (value.empty()) throw Error(ErrorCode::Configuration, fmt::format("{} cannot be empty!", key.name));
}

template <auto Field>
void filledText(const Key& key, Settings& settings, std::string_view entry, const std::string& value) {
  notEmpty(key, settings, entry, value);
  settings.*Field = value;
}

void connectRetries(const Key& key, Settings& settings, std::string_view, const std::string& value) {
  settings.connectRetries = parseInteger(key.name, value);
  if (settings.connectRetries >= 0) return;
  throw Error(
      ErrorCode::Configuration,
      fmt::format("Invalid number of connectRetries (must be 0 or greater): {}", settings.connectRetries));
}

void connectRetriesInterval(const Key& key, Settings& settings, std::string_view, const std::string& value) {
  settings.connectRetriesInterval = parseInteger(key.name, value);
  if (settings.connectRetriesInterval >= 0) return;
  throw Error(ErrorCode::Configuration,
              fmt::format("Invalid number for connectRetriesInterval (must be 0 or greater): {}",
                          settings.connectRetriesInterval));
}

void encoding(const Key&, Settings& settings, std::string_view, const std::string& value) {
  requireEncoding(value);
  settings.encoding = value;
}

void baselineVersion(const Key&, Settings& settings, std::string_view, const std::string& value) {
  requireVersion(value);
  settings.baselineVersion = value;
}

// A '?' at the end allows the target to be missing.
void target(const Key&, Settings& settings, std::string_view, const std::string& value) {
  requireVersion(value.ends_with('?') ? std::string_view(value).substr(0, value.size() - 1) : value);
  settings.target = value;
}

void resumeFailedMigrations(const Key& key, Settings& settings, std::string_view, const std::string& value) {
  const std::string word = asciiLower(value);
  if (word == "redo" || word == "skip") {
    settings.resumeFailedMigrations = word == "redo" ? Settings::Resume::Redo : Settings::Resume::Skip;
  } else if (word == "true" || word == "false") {
    settings.resumeFailedMigrations = word == "true" ? Settings::Resume::Yes : Settings::Resume::No;
  } else {
    throw Error(ErrorCode::Configuration,
                fmt::format("Invalid value for {} (must be false, true, redo or skip): {}", key.name, value));
  }
}

void ignored(const Key&, Settings&, std::string_view, const std::string&) {}

void ignoredBoolean(const Key& key, Settings&, std::string_view, const std::string& value) {
  parseBoolean(key.name, value);
}

void licenseKey(const Key& key, Settings& settings, std::string_view, const std::string&) {
  settings.warnings.push_back(fmt::format("{} is ignored: whimbrel needs no license", key.name));
}

void refused(const Key& key, Settings&, std::string_view, const std::string&) {
  throw Error(fmt::format("{} is not supported by whimbrel", key.name));
}

void javaClasses(const Key& key, Settings&, std::string_view, const std::string& value) {
  if (parseList(value).empty()) return;
  throw Error(
      fmt::format("{} is not supported by whimbrel, which can't load Java classes: {}", key.name, value));
}

// ---- The table. A row's order is that of the reference's checks; whimbrel's own keys stand beside their
// kin.

using S = Settings;
using enum Key::Trait;

// The commands that a key matters to.
constexpr std::string_view every = "migrate clean info validate undo baseline repair";
constexpr std::string_view resolving = "migrate info validate undo repair";
constexpr std::string_view none;

// clang-format off
constexpr Key table[] = {
    {"driver", "FLYWAY_DRIVER", "string", "", "JDBC driver class; ignored, the URL decides", none, ignored},
    {"url", "FLYWAY_URL", "string", "", "JDBC URL of the database", every, text<&S::url>},
    {"user", "FLYWAY_USER", "string", "", "User to connect as", every, text<&S::user>},
    {"password", "FLYWAY_PASSWORD", "string", "", "Password to connect with; better given by file or variable", every, text<&S::password>, Secret},
    {"passwordFile", "FLYWAY_PASSWORD_FILE", "string", "", "File that holds the password; a newline at its end does not count", every, ignored},
    {"passwordCommand", "FLYWAY_PASSWORD_COMMAND", "string", "", "Program, with its arguments, that prints the password", every, ignored, Secret},
    {"awsIamAuthentication", "FLYWAY_AWS_IAM_AUTHENTICATION", "boolean", "false", "Whether to log in to RDS and Aurora with a token of AWS instead of a password", every, boolean<&S::awsIamAuthentication>},
    {"awsIamHost", "FLYWAY_AWS_IAM_HOST", "string", "", "Host (and port) that tokens are made for, where the URL names a tunnel or an alias", every, text<&S::awsIamHost>},
    {"awsIamRegion", "FLYWAY_AWS_IAM_REGION", "string", "", "AWS region that tokens are made for; otherwise that in the host's name", every, text<&S::awsIamRegion>},
    {"connectRetries", "FLYWAY_CONNECT_RETRIES", "integer", "0", "How often to try again when connecting fails", every, connectRetries},
    {"connectRetriesInterval", "FLYWAY_CONNECT_RETRIES_INTERVAL", "integer", "120", "The longest wait between two tries, in seconds", every, connectRetriesInterval},
    {"initSql", "FLYWAY_INIT_SQL", "string", "", "SQL to run on every new connection", every, text<&S::initSql>},
    {"locations", "FLYWAY_LOCATIONS", "list", "filesystem:sql", "Where to look for migrations", every, list<&S::locations>},
    {"callbackLocations", "FLYWAY_CALLBACK_LOCATIONS", "list", "", "More places to look for callbacks", every, list<&S::callbackLocations>},
    {"s3.pathStyle", "FLYWAY_S3_PATH_STYLE", "boolean", "", "Whether buckets of s3: locations stand in the path of URLs, not in the host name; by default for endpoints that are not AWS's own", resolving, boolean<&S::s3PathStyle>},
    {"s3.checksumCache", "FLYWAY_S3_CHECKSUM_CACHE", "string", "", "File that keeps the checksums of objects in s3: locations, so that unchanged ones need not be fetched", resolving, text<&S::s3ChecksumCache>},
    {"placeholderReplacement", "FLYWAY_PLACEHOLDER_REPLACEMENT", "boolean", "true", "Whether placeholders are replaced", every, boolean<&S::placeholderReplacement>},
    {"placeholderPrefix", "FLYWAY_PLACEHOLDER_PREFIX", "string", "${", "What a placeholder begins with", every, filledText<&S::placeholderPrefix>},
    {"placeholderSuffix", "FLYWAY_PLACEHOLDER_SUFFIX", "string", "}", "What a placeholder ends with", every, filledText<&S::placeholderSuffix>},
    {"placeholderSeparator", "FLYWAY_PLACEHOLDER_SEPARATOR", "string", ":", "What stands behind 'flyway' in built-in placeholders", every, filledText<&S::placeholderSeparator>},
    {"scriptPlaceholderPrefix", "FLYWAY_SCRIPT_PLACEHOLDER_PREFIX", "string", "FP__", "What the environment variables of placeholders begin with, for script migrations", resolving, filledText<&S::scriptPlaceholderPrefix>},
    {"scriptPlaceholderSuffix", "FLYWAY_SCRIPT_PLACEHOLDER_SUFFIX", "string", "__", "What the environment variables of placeholders end with, for script migrations", resolving, filledText<&S::scriptPlaceholderSuffix>},
    {"scriptMigrations", "FLYWAY_SCRIPT_MIGRATIONS", "boolean", "false", "Whether .sh, .bash and .py files are migrations too, run as programs", resolving, boolean<&S::scriptMigrations>},
    {"scriptMigrationsGetPassword", "FLYWAY_SCRIPT_MIGRATIONS_GET_PASSWORD", "boolean", "false", "Whether script migrations find the password in their environment", resolving, boolean<&S::scriptMigrationsGetPassword>},
    {"sqlMigrationPrefix", "FLYWAY_SQL_MIGRATION_PREFIX", "string", "V", "File name prefix of versioned migrations", resolving, text<&S::sqlMigrationPrefix>},
    {"undoSqlMigrationPrefix", "FLYWAY_UNDO_SQL_MIGRATION_PREFIX", "string", "U", "File name prefix of undo migrations", resolving, text<&S::undoSqlMigrationPrefix>},
    {"stateScriptPrefix", "FLYWAY_STATE_SCRIPT_PREFIX", "string", "S", "Not supported", none, refused},
    {"baselineMigrationPrefix", "FLYWAY_BASELINE_MIGRATION_PREFIX", "string", "B", "File name prefix of baseline migrations", resolving, text<&S::baselineMigrationPrefix>},
    {"repeatableSqlMigrationPrefix", "FLYWAY_REPEATABLE_SQL_MIGRATION_PREFIX", "string", "R", "File name prefix of repeatable migrations", resolving, text<&S::repeatableSqlMigrationPrefix>},
    {"sqlMigrationSeparator", "FLYWAY_SQL_MIGRATION_SEPARATOR", "string", "__", "What stands between version and description in a file name", resolving, filledText<&S::sqlMigrationSeparator>},
    {"sqlMigrationSuffixes", "FLYWAY_SQL_MIGRATION_SUFFIXES", "list", ".sql", "File name endings of migrations", resolving, list<&S::sqlMigrationSuffixes>},
    {"encoding", "FLYWAY_ENCODING", "string", "UTF-8", "Encoding of migrations", every, encoding},
    {"detectEncoding", "FLYWAY_DETECT_ENCODING", "boolean", "false", "Whether each file's encoding is guessed", every, boolean<&S::detectEncoding>},
    {"defaultSchema", "FLYWAY_DEFAULT_SCHEMA", "string", "", "Schema of the history table; default: the first of schemas, else the connection's", every, text<&S::defaultSchema>},
    {"schemas", "FLYWAY_SCHEMAS", "list", "", "Schemas that are managed; default: the connection's", every, list<&S::schemas>},
    {"table", "FLYWAY_TABLE", "string", "flyway_schema_history", "Name of the schema history table", every, text<&S::table>},
    {"tablespace", "FLYWAY_TABLESPACE", "string", "", "Tablespace of the schema history table", "migrate baseline", text<&S::tablespace>},
    {"cleanOnValidationError", "FLYWAY_CLEAN_ON_VALIDATION_ERROR", "boolean", "false", "Whether to clean when validation fails; deletes everything", "migrate validate", boolean<&S::cleanOnValidationError>},
    {"cleanDisabled", "FLYWAY_CLEAN_DISABLED", "boolean", "true", "Whether clean is refused", "clean migrate validate", boolean<&S::cleanDisabled>},
    {"validateOnMigrate", "FLYWAY_VALIDATE_ON_MIGRATE", "boolean", "true", "Whether migrate validates first", "migrate", boolean<&S::validateOnMigrate>},
    {"baselineVersion", "FLYWAY_BASELINE_VERSION", "version", "1", "Version of the baseline", "migrate baseline", baselineVersion},
    {"baselineDescription", "FLYWAY_BASELINE_DESCRIPTION", "string", "<< Flyway Baseline >>", "Description of the baseline", "migrate baseline", text<&S::baselineDescription>},
    {"baselineOnMigrate", "FLYWAY_BASELINE_ON_MIGRATE", "boolean", "false", "Whether migrate baselines a schema that has objects but no history", "migrate", boolean<&S::baselineOnMigrate>},
    {"ignoreMissingMigrations", "FLYWAY_IGNORE_MISSING_MIGRATIONS", "boolean", "false", "Whether validate accepts applied migrations without a file", "migrate validate", boolean<&S::ignoreMissingMigrations>},
    {"ignoreIgnoredMigrations", "FLYWAY_IGNORE_IGNORED_MIGRATIONS", "boolean", "false", "Whether validate accepts migrations that were skipped as out of order", "migrate validate", boolean<&S::ignoreIgnoredMigrations>},
    {"ignorePendingMigrations", "FLYWAY_IGNORE_PENDING_MIGRATIONS", "boolean", "false", "Whether validate accepts pending migrations", "migrate validate", boolean<&S::ignorePendingMigrations>},
    {"ignoreFutureMigrations", "FLYWAY_IGNORE_FUTURE_MIGRATIONS", "boolean", "true", "Whether validate accepts applied migrations newer than all files", "migrate validate", boolean<&S::ignoreFutureMigrations>},
    {"validateMigrationNaming", "FLYWAY_VALIDATE_MIGRATION_NAMING", "boolean", "false", "Whether a wrong file name is an error", resolving, boolean<&S::validateMigrationNaming>},
    {"target", "FLYWAY_TARGET", "version", "latest", "Version to stop at: a version, a version with '?', current, latest or next", "migrate info validate undo", target},
    {"cherryPick", "FLYWAY_CHERRY_PICK", "list", "", "Only these versions and descriptions are migrated", "migrate info validate", list<&S::cherryPick>},
    {"loggers", "FLYWAY_LOGGERS", "list", "auto", "Ignored: the console is always used", none, ignored},
    {"lockRetryCount", "FLYWAY_LOCK_RETRY_COUNT", "integer", "50", "How often to try for the migration lock, a second apart; negative: for ever", "migrate undo baseline repair clean", integer<&S::lockRetryCount>},
    {"outOfOrder", "FLYWAY_OUT_OF_ORDER", "boolean", "false", "Whether migrations older than the current version are applied", "migrate info validate", boolean<&S::outOfOrder>},
    {"skipExecutingMigrations", "FLYWAY_SKIP_EXECUTING_MIGRATIONS", "boolean", "false", "Whether migrations are recorded without being run", "migrate", boolean<&S::skipExecutingMigrations>},
    {"recordStatements", "FLYWAY_RECORD_STATEMENTS", "boolean", "false", "Whether the progress of scripts that can't be rolled back is written to a table beside the history", "migrate", boolean<&S::recordStatements>},
    {"resumeFailedMigrations", "FLYWAY_RESUME_FAILED_MIGRATIONS", "string", "false", "Whether a script that stopped halfway goes on behind what took effect: false, true, redo, skip", "migrate", resumeFailedMigrations},
    {"outputQueryResults", "FLYWAY_OUTPUT_QUERY_RESULTS", "boolean", "true", "Whether rows that migrations return are printed", "migrate undo", boolean<&S::outputQueryResults>},
    {"resolvers", "FLYWAY_RESOLVERS", "list", "", "Java classes: not supported", none, javaClasses},
    {"skipDefaultResolvers", "FLYWAY_SKIP_DEFAULT_RESOLVERS", "boolean", "false", "Whether SQL migrations are not looked for", resolving, boolean<&S::skipDefaultResolvers>},
    {"callbacks", "FLYWAY_CALLBACKS", "list", "", "Java classes: not supported", none, javaClasses},
    {"skipDefaultCallbacks", "FLYWAY_SKIP_DEFAULT_CALLBACKS", "boolean", "false", "Whether SQL callbacks are not looked for", every, boolean<&S::skipDefaultCallbacks>},
    {"placeholders.*", "FLYWAY_PLACEHOLDERS_", "map", "", "Values of placeholders", every, map<&S::placeholders>, LowerCaseEntries},
    {"mixed", "FLYWAY_MIXED", "boolean", "false", "Whether a migration may mix statements that can and can't run in a transaction", "migrate undo", boolean<&S::mixed>},
    {"group", "FLYWAY_GROUP", "boolean", "false", "Whether all pending migrations run in one transaction", "migrate", boolean<&S::group>},
    {"executeInTransaction", "FLYWAY_EXECUTE_IN_TRANSACTION", "boolean", "true", "Whether migrations run in a transaction", "migrate undo", boolean<&S::executeInTransaction>},
    {"installedBy", "FLYWAY_INSTALLED_BY", "string", "", "Name for the history's installed_by; default: the database user", "migrate baseline undo", text<&S::installedBy>},
    {"dryRunOutput", "FLYWAY_DRYRUN_OUTPUT", "string", "", "File that gets the SQL instead of the database", "migrate undo", text<&S::dryRunOutput>},
    {"errorOverrides", "FLYWAY_ERROR_OVERRIDES", "list", "", "Not supported", none, refused},
    {"stream", "FLYWAY_STREAM", "boolean", "false", "Accepted; scripts are always streamed", "migrate undo", boolean<&S::stream>},
    {"batch", "FLYWAY_BATCH", "boolean", "false", "Whether statements may be sent in batches", "migrate undo", boolean<&S::batch>},
    {"oracle.sqlplus", "FLYWAY_ORACLE_SQLPLUS", "boolean", "false", "Not supported", none, refused},
    {"oracle.sqlplusWarn", "FLYWAY_ORACLE_SQLPLUS_WARN", "boolean", "false", "Not supported", none, refused},
    {"oracle.kerberosConfigFile", "FLYWAY_ORACLE_KERBEROS_CONFIG_FILE", "string", "", "Not supported", none, refused},
    {"oracle.kerberosCacheFile", "FLYWAY_ORACLE_KERBEROS_CACHE_FILE", "string", "", "Not supported", none, refused},
    {"oracle.walletLocation", "FLYWAY_ORACLE_WALLET_LOCATION", "string", "", "Not supported", none, refused},
    {"createSchemas", "FLYWAY_CREATE_SCHEMAS", "boolean", "true", "Whether missing schemas are created", "migrate baseline", boolean<&S::createSchemas>},
    {"ignoreMigrationPatterns", "FLYWAY_IGNORE_MIGRATION_PATTERNS", "list", "", "Migrations that validate accepts, as type:state", "migrate validate", list<&S::ignoreMigrationPatterns>},
    {"licenseKey", "FLYWAY_LICENSE_KEY", "string", "", "Ignored: none is needed", none, licenseKey, Secret},
    {"failOnMissingLocations", "FLYWAY_FAIL_ON_MISSING_LOCATIONS", "boolean", "false", "Whether a missing location is an error", every, boolean<&S::failOnMissingLocations>},
    {"jdbcProperties.*", "FLYWAY_JDBC_PROPERTIES_", "map", "", "Properties of the connection, as in the URL", every, map<&S::jdbcProperties>},
    {"jarDirs", "FLYWAY_JAR_DIRS", "list", "", "Ignored: Java classes can't be loaded", none, ignored},
    {"communityDBSupportEnabled", "FLYWAY_COMMUNITY_DB_SUPPORT_ENABLED", "boolean", "true", "Ignored", none, ignoredBoolean},
    {"reportEnabled", "FLYWAY_REPORT_ENABLED", "boolean", "false", "Ignored: there are no reports", none, ignoredBoolean},
    {"reportFilename", "FLYWAY_REPORT_FILENAME", "string", "report.html", "Ignored: there are no reports", none, ignored},
    {"postgresql.transactional.lock", "FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK", "boolean", "true", "Ignored: the lock always belongs to the session", none, ignoredBoolean},
    {"provisionMode", "", "string", "", "Ignored: databases are not provisioned", none, ignored},
    {"email", "FLYWAY_EMAIL", "string", "", "Ignored: there is no license", none, ignored},
    {"token", "FLYWAY_TOKEN", "string", "", "Ignored: there is no license", none, ignored, Secret},
    {"pipelineId", "FLYWAY_PIPELINE_ID", "string", "", "Ignored: there is no service to report to", none, ignored},
    {"publishResult", "FLYWAY_PUBLISH_RESULT", "boolean", "false", "Ignored: there is no service to report to", none, ignoredBoolean},
    {"kerberosConfigFile", "FLYWAY_KERBEROS_CONFIG_FILE", "string", "", "Not supported", none, refused},
    {"add.*", "", "map", "", "Ignored: settings of a command that is not here", none, ignored},
    {"check.*", "", "map", "", "Ignored: settings of a command that is not here", none, ignored},
    {"deploy.*", "", "map", "", "Ignored: settings of a command that is not here", none, ignored},
    {"diff.*", "", "map", "", "Ignored: settings of a command that is not here", none, ignored},
    {"generate.*", "", "map", "", "Ignored: settings of a command that is not here", none, ignored},
    {"init.*", "", "map", "", "Ignored: settings of a command that is not here", none, ignored},
    {"prepare.*", "", "map", "", "Ignored: settings of a command that is not here", none, ignored},
    {"snapshot.*", "", "map", "", "Ignored: settings of a command that is not here", none, ignored},
    {"environment", "", "string", "default", "Table [environments.NAME] of TOML files to use", every, ignored, CommandLineOnly},
    {"configFiles", "FLYWAY_CONFIG_FILES", "list", "", "More configuration files, '-' is standard input; no effect in a file", every, ignored},
    {"configFileEncoding", "FLYWAY_CONFIG_FILE_ENCODING", "string", "UTF-8", "Encoding of configuration files; no effect in a file", every, ignored},
    {"workingDirectory", "", "string", "", "Folder of the default location, of configFiles and of the locations in them", every, text<&S::workingDirectory>, CommandLineOnly},
    {"outputFile", "", "string", "", "File that gets all output as well", every, ignored, CommandLineOnly},
    {"outputType", "", "string", "", "json: one JSON document instead of text", every, ignored, CommandLineOnly},
    {"color", "", "string", "auto", "Colors: always, never, or auto (on a terminal)", every, ignored, CommandLineOnly},
    {"infoSinceDate", "", "string", "", "info: migrations installed at or after this time (dd/MM/yyyy HH:mm)", "info", text<&S::infoSinceDate>, CommandLineOnly},
    {"infoUntilDate", "", "string", "", "info: migrations installed at or before this time (dd/MM/yyyy HH:mm)", "info", text<&S::infoUntilDate>, CommandLineOnly},
    {"infoSinceVersion", "", "version", "", "info: migrations from this version on", "info", text<&S::infoSinceVersion>, CommandLineOnly},
    {"infoUntilVersion", "", "version", "", "info: migrations up to this version", "info", text<&S::infoUntilVersion>, CommandLineOnly},
    {"infoOfState", "", "list", "", "info: migrations in these states", "info", text<&S::infoOfState>, CommandLineOnly},
};
// clang-format on

}  // namespace

std::span<const Key> keys() { return table; }

bool mattersTo(const Key& key, std::string_view command) {
  const std::vector<std::string> names = split(key.commands, ' ');
  return std::find(names.begin(), names.end(), command) != names.end();
}

std::string fullName(const Key& key) {
  const std::string_view name = isMap(key) ? key.name.substr(0, key.name.size() - 1) : key.name;
  return std::string(keyPrefix) + std::string(name);
}

const Key* findKey(std::string_view fullName) {
  if (!fullName.starts_with(keyPrefix)) return nullptr;
  const std::string_view name = fullName.substr(keyPrefix.size());
  for (const Key& key : table) {
    const std::string_view mapPrefix = key.name.substr(0, key.name.size() - 1);
    if (isMap(key) ? name.size() > mapPrefix.size() && name.starts_with(mapPrefix) : name == key.name)
      return &key;
  }
  return nullptr;
}

}  // namespace whimbrel
