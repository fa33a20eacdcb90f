#include "core/commands/dry_run.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <set>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/sql/syntax.h"
#include "core/text/strings.h"

namespace whimbrel {

namespace {

std::string outputPath(const Settings& settings) {
  for (const std::string_view elsewhere : {"s3:", "gcs:"})
    if (settings.dryRunOutput.starts_with(elsewhere))
      throw Error(ErrorCode::Configuration,
                  fmt::format("dryRunOutput must be a file: {}", settings.dryRunOutput));
  return (std::filesystem::path(settings.workingDirectory) / settings.dryRunOutput).string();
}

/// What ends a statement for the database's own client, when ';' would end it too early.
std::string delimiterFor(std::string_view statement) {
  std::string delimiter = "$$";
  while (statement.find(delimiter) != std::string_view::npos) delimiter += '$';
  return delimiter;
}

/// A ';' behind a comment would be part of it.
bool endsInComment(std::string_view statement) {
  const std::string_view lastLine = statement.substr(statement.rfind('\n') + 1);
  return lastLine.find("--") != std::string_view::npos || lastLine.find('#') != std::string_view::npos;
}

/// Whether something stands at `path` that a new file must not take the place of: a device, a pipe, or a
/// link, such as /dev/stdout.
bool standsForAnother(const std::string& path) {
  std::error_code ignored;
  const std::filesystem::file_type type = std::filesystem::symlink_status(path, ignored).type();
  return type != std::filesystem::file_type::not_found && type != std::filesystem::file_type::regular;
}

/// A file of SQL for the database's own client, under another name until it is complete. What placeholders
/// put into it may be secret, so nobody else can read it.
class SqlFile {
 public:
  explicit SqlFile(std::string path)
      : path_(std::move(path)),
        inPlace_(standsForAnother(path_)),
        written_(path_ + (inPlace_ ? "" : ".unfinished")) {
    std::error_code ignored;
    const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
    if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
    constexpr mode_t ownerOnly = 0600;
    descriptor_ = ::open(written_.c_str(),
                         O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | (inPlace_ ? 0 : O_NOFOLLOW), ownerOnly);
    if (descriptor_ < 0) throw failure(errno);
  }
  SqlFile(const SqlFile&) = delete;
  SqlFile& operator=(const SqlFile&) = delete;
  ~SqlFile() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    if (!inPlace_) ::unlink(written_.c_str());
  }

  const std::string& path() const { return path_; }

  void write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t written = ::write(descriptor_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) throw failure(errno);
      text.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  void finish() {
    if (::fsync(descriptor_) != 0 && errno != EINVAL) throw failure(errno);
    if (!inPlace_ && ::rename(written_.c_str(), path_.c_str()) != 0) throw failure(errno);
    ::close(std::exchange(descriptor_, -1));
  }

 private:
  Error failure(int number) const {
    return Error(fmt::format("Unable to write dryRunOutput: {}", path_), {std::strerror(number)});
  }

  std::string path_;
  bool inPlace_;
  std::string written_;
  int descriptor_ = -1;
};

}  // namespace

/// The SQL of a run, and whether it is only written down.
class SqlRecording {
 public:
  explicit SqlRecording(std::string path) : file_(std::move(path)) {}

  const std::string& path() const { return file_.path(); }
  bool begun() const { return begun_; }
  void begin() { begun_ = true; }
  void finish() { file_.finish(); }

  void comment(std::string_view text) {
    file_.write(fmt::format("-- {}\n", replaceAll(text, "\n", "\n-- ")));
  }
  /// The data lines of a COPY.
  void data(std::string_view lines) { file_.write(fmt::format("{}\\.\n", lines)); }
  void statement(std::string_view statement, const sql::Syntax& syntax) {
    if (syntax.delimiterCommand && statement.find(';') != std::string_view::npos) {
      const std::string delimiter = delimiterFor(statement);
      file_.write(fmt::format("DELIMITER {0}\n{1}\n{0}\nDELIMITER ;\n", delimiter, statement));
    } else {
      file_.write(fmt::format("{}{};\n", statement, endsInComment(statement) ? "\n" : ""));
    }
  }

 private:
  SqlFile file_;
  bool begun_ = false;
};

namespace {

/// Answers questions from the database, and writes down what would change it. What was written down counts
/// as done.
class RecordedDatabase final : public Database {
 public:
  RecordedDatabase(std::unique_ptr<Database> database, std::shared_ptr<SqlRecording> recording)
      : database_(std::move(database)), recording_(std::move(recording)) {
    for (const std::string& statement : database_->sessionStatements()) write(statement);
  }

  const DatabaseFacts& facts() const override { return database_->facts(); }
  std::string quote(std::string_view identifier) const override { return database_->quote(identifier); }
  std::string literal(std::string_view text) const override { return database_->literal(text); }
  std::string booleanLiteral(bool value) const override { return database_->booleanLiteral(value); }
  std::string createSchemaStatement(const std::string& schema) const override {
    return database_->createSchemaStatement(schema);
  }
  std::vector<std::string> sessionStatements() const override { return database_->sessionStatements(); }
  std::vector<std::string> scriptStatements(const std::string& schema) const override {
    return database_->scriptStatements(schema);
  }
  std::vector<std::string> historyTableStatements(const TableName& table, const std::string& tablespace,
                                                  const std::optional<BaselineRow>& baseline) const override {
    return database_->historyTableStatements(table, tablespace, baseline);
  }

  Execution execute(std::string_view sql) override {
    disturbed_ = true;
    record(sql);
    return recording_->begun() ? Execution{} : database_->execute(sql);
  }

  Execution executeCopy(std::string_view sql, Reader& data) override {
    disturbed_ = true;
    record(sql);
    recording_->data(readAll(data));
    return {};
  }

  std::vector<Row> query(std::string_view sql) override {
    if (!recording_->begun()) return database_->query(sql);
    if (sql.starts_with("SELECT ")) return createdHistory_ ? std::vector<Row>{} : database_->query(sql);
    createdHistory_ = createdHistory_ || sql.starts_with("CREATE TABLE ");
    record(sql);
    return {};
  }

  void begin() override { transaction_ = Transaction::Wanted; }
  void commit() override {
    if (transaction_ == Transaction::Open) write(facts().commitStatement);
    transaction_ = Transaction::None;
  }
  void cancel() noexcept override { database_->cancel(); }
  bool hasOpenTransaction() override { return false; }
  bool commitsEach() const override { return false; }
  void rollback() override { transaction_ = Transaction::None; }

  std::optional<std::string> currentSchema() override { return database_->currentSchema(); }
  void keepSession() override { database_->keepSession(); }
  void restoreSession() override {
    if (!recording_->begun()) database_->restoreSession();
  }
  void useSchema(const std::string& schema) override {
    if (!recording_->begun()) return database_->useSchema(schema);
    if (!std::exchange(disturbed_, false)) return;
    for (const std::string& statement : database_->scriptStatements(schema)) record(statement);
  }

  bool schemaExists(const std::string& schema) override {
    return created_.contains(schema) || database_->schemaExists(schema);
  }
  bool schemaIsEmpty(const std::string& schema) override {
    return created_.contains(schema) || database_->schemaIsEmpty(schema);
  }
  void createSchema(const std::string& schema) override {
    const std::string statement = database_->createSchemaStatement(schema);
    if (statement.empty()) return database_->createSchema(schema);
    record(statement);
    created_.insert(schema);
  }
  void dropSchema(const std::string&) override { refuseClean(); }
  void cleanSchema(const std::string&) override { refuseClean(); }
  bool tableExists(const TableName& table) override {
    return createdHistory_ || database_->tableExists(table);
  }

  // Nothing is changed, so nobody has to wait.
  void lock(const TableName&, int, bool (*)()) override {}
  void unlock(const TableName&) noexcept override {}

 private:
  enum class Transaction { None, Wanted, Open };

  [[noreturn]] static void refuseClean() {
    throw Error(ErrorCode::Configuration,
                "dryRunOutput can't be used with clean: what it drops is only known when it runs");
  }

  void write(std::string_view statement) { recording_->statement(statement, *facts().syntax); }

  /// A transaction begins with its first statement.
  void record(std::string_view statement) {
    if (recording_->begun() && transaction_ == Transaction::Wanted) {
      write(facts().beginStatement);
      transaction_ = Transaction::Open;
    }
    write(statement);
  }

  std::unique_ptr<Database> database_;
  std::shared_ptr<SqlRecording> recording_;
  std::set<std::string> created_;  // schemas
  bool createdHistory_ = false;
  bool disturbed_ = true;  // by a script's statement, after which the session is set up anew
  Transaction transaction_ = Transaction::None;
};

/// Writes what is being done into the file as well.
class CommentingLog final : public Log {
 public:
  CommentingLog(Log& log, SqlRecording& recording) : log_(log), recording_(recording) {}

  void debug(std::string_view text) override { log_.debug(text); }
  void info(std::string_view text) override {
    constexpr std::array<std::string_view, 4> beginnings = {"Creating ", "Migrating ", "Undoing ",
                                                            "Executing SQL callback"};
    const bool begins =
        std::ranges::any_of(beginnings, [&](std::string_view words) { return text.starts_with(words); });
    if (recording_.begun() && begins) recording_.comment(text);
    log_.info(text);
  }
  void warn(std::string_view text) override { log_.warn(text); }
  void error(std::string_view text) override { log_.error(text); }
  bool debugs() const override { return log_.debugs(); }

 private:
  Log& log_;
  SqlRecording& recording_;
};

std::shared_ptr<SqlRecording> newRecording(const Settings& settings) {
  if (settings.dryRunOutput.empty()) return nullptr;
  auto recording = std::make_shared<SqlRecording>(outputPath(settings));
  recording->comment(
      "A dry run by whimbrel: what it would send to the database. Run it with a client that stops at the\n"
      "first error: mariadb or mysql, psql -v ON_ERROR_STOP=1, sqlite3 -bail.");
  return recording;
}

}  // namespace

DryRun::DryRun(const Environment& environment)
    : recording_(newRecording(environment.settings)),
      log_(recording_ ? std::make_unique<CommentingLog>(environment.log, *recording_) : nullptr),
      environment_{
          .settings = environment.settings,
          .log = log_ ? *log_ : environment.log,
          .aws = environment.aws,
          .open = [&environment, recording = recording_]() -> std::unique_ptr<Database> {
            if (!recording) return environment.open();
            return std::make_unique<RecordedDatabase>(environment.open(), recording);
          },
          .connected = [&environment](const DatabaseFacts& facts) { environment.connected(facts); },
          .interrupted = environment.interrupted,
          .watch = environment.watch,
          .json = environment.json,
      } {}

DryRun::~DryRun() = default;

void DryRun::begin() {
  if (!recording_) return;
  recording_->begin();
  environment_.log.info(fmt::format("Dry run: nothing is changed, the SQL goes to {}", recording_->path()));
}

std::string DryRun::finish() {
  if (!recording_) return "";
  recording_->finish();
  std::string text = fmt::format("Dry run: nothing was changed, the SQL is in {}", recording_->path());
  environment_.log.info(text);
  return text;
}

}  // namespace whimbrel
