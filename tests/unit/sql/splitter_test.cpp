// What needs more than a data file: failing readers, COPY data, huge and hostile scripts.
#include <ctime>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/error.h"
#include "core/sql/word_pattern.h"
#include "script_listing.h"

namespace whimbrel::sql {

namespace {

/// Gives a text, then fails.
class FailingReader : public Reader {
 public:
  explicit FailingReader(std::string_view text) : text_(text) {}
  std::size_t read(char* buffer, std::size_t size) override {
    const std::size_t count = text_.copy(buffer, size);
    text_.remove_prefix(count);
    if (count == 0) throw Error("No value provided for placeholder: ${a}.  Check your configuration!");
    return count;
  }

 private:
  std::string_view text_;
};

/// Repeats a text so often.
class RepeatingReader : public Reader {
 public:
  RepeatingReader(std::string head, std::string text, std::size_t times)
      : rest_(std::move(head)), text_(std::move(text)), times_(times) {}
  std::size_t read(char* buffer, std::size_t size) override {
    if (rest_.empty() && times_ > 0) {
      rest_ = text_;
      --times_;
    }
    const std::size_t count = rest_.copy(buffer, size);
    rest_.erase(0, count);
    return count;
  }

 private:
  std::string rest_;
  std::string text_;
  std::size_t times_;
};

std::vector<Statement> statements(std::string_view script, const Syntax& syntax) {
  StringReader reader(script);
  Splitter splitter(reader, syntax);
  std::vector<Statement> all;
  while (std::optional<Statement> statement = splitter.next()) all.push_back(std::move(*statement));
  return all;
}

}  // namespace

TEST_CASE("a failure of the reader less than 256 characters ahead is one of the statement being read") {
  struct Row {
    std::string script;
    std::string expected;
  };
  const std::string cause = " No value provided for placeholder: ${a}.  Check your configuration!\n";
  const std::string blanks(300, ' ');
  const Row rows[] = {
      // recorded case sql-parsing/placeholder-unterminated
      {"CREATE TABLE t (id INT, v VARCHAR(200));\nINSERT INTO t VALUES (1,'", "!!! 1:1" + cause},
      {"", "!!! 1:1" + cause},
      {"SELECT 1;\n  SELECT '" + blanks, "=== 1:1\nSELECT 1\n!!! 2:3" + cause},
      {"SELECT 1;\n-- note\n SELECT '" + blanks, "=== 1:1\nSELECT 1\n!!! 3:2" + cause},
      {"SELECT 1;\n\n" + std::string(256, 'x'), "=== 1:1\nSELECT 1\n!!! 3:1" + cause},
      // units of UTF-16, not bytes
      {"SELECT '" + std::string(255, 'x') + "\xC3\xA4", "!!! 1:1" + cause},
  };
  for (const Row& row : rows) {
    CAPTURE(row.script);
    FailingReader reader(row.script);
    CHECK(listing(reader, sqliteSyntax) == row.expected);
  }
}

TEST_CASE("a failure that was met stays") {
  FailingReader reader("SELECT 1;");
  Splitter splitter(reader, sqliteSyntax);
  CHECK_THROWS_AS(splitter.next(), ParseError);
  CHECK_THROWS_AS(splitter.next(), ParseError);
}

TEST_CASE("COPY data that nobody reads are skipped") {
  const std::vector<Statement> all = statements("COPY t FROM STDIN;\n1;2\n\\.\nSELECT 1;", postgresqlSyntax);
  REQUIRE(all.size() == 2);
  CHECK(all[0].copyData);
  CHECK(all[1].text == "SELECT 1");
  CHECK(all[1].line == 4);
  CHECK_FALSE(all[1].copyData);
}

TEST_CASE("COPY data can be read in part and in small pieces") {
  StringReader script("COPY t FROM STDIN;\nabc\r\nde\r\n \\. \r\nSELECT 1;");
  Splitter splitter(script, postgresqlSyntax);
  REQUIRE(splitter.next()->copyData);
  std::string data;
  char piece[2];
  for (int i = 0; i < 3; ++i) data.append(piece, splitter.copyData().read(piece, 2));
  CHECK(data == "abc\r\nd");
  CHECK(splitter.next()->text == "SELECT 1");
  CHECK_FALSE(splitter.next());
}

TEST_CASE("the data of a COPY stream through") {
  RepeatingReader script("COPY t FROM STDIN;\n", std::string(99, 'x') + "\n", 200'000);
  Splitter splitter(script, postgresqlSyntax);
  REQUIRE(splitter.next()->copyData);
  std::size_t size = 0;
  char piece[4096];
  while (const std::size_t count = splitter.copyData().read(piece, sizeof piece)) size += count;
  CHECK(size == 20'000'000);
  CHECK_THROWS_AS(splitter.next(), ParseError);  // there is no line \.
}

TEST_CASE("statements that can be sent in batches") {
  struct Row {
    std::string_view script;
    bool mysql;
    bool postgresql;
    bool sqlite;
  };
  const Row rows[] = {
      {"INSERT INTO t VALUES (1)", true, true, false},
      {"-- note\n insert into t values (1)", true, true, false},
      {"REPLACE INTO t VALUES (1)", true, false, false},
      {"UPDATE t SET a = 1", true, true, false},
      {"DELETE FROM t", true, true, false},
      {"MERGE INTO t", false, true, false},
      {"SELECT 1", false, false, false},
      {"CALL p()", false, false, false},
      {"SET @a = 1", false, false, false},
      {"WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", false, false, false},
      {"INSERT_IT", false, false, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.script);
    CHECK(statements(row.script, mysqlSyntax)[0].batchable == row.mysql);
    CHECK(statements(row.script, mariadbSyntax)[0].batchable == row.mysql);
    CHECK(statements(row.script, postgresqlSyntax)[0].batchable == row.postgresql);
    CHECK(statements(row.script, sqliteSyntax)[0].batchable == row.sqlite);
  }
}

TEST_CASE("a statement knows where its text stands in the script") {
  const std::string_view script = "-- a\n;SELECT 1;\n /* \xC3\xA4 */ SELECT 2 ;SELECT 3";
  for (const Statement& statement : statements(script, sqliteSyntax))
    CHECK(script.substr(statement.begin, statement.text.size()) == statement.text);
}

TEST_CASE("ALTER TYPE … ADD VALUE needs no transaction before PostgreSQL 12") {
  const std::string_view script = "ALTER TYPE color ADD VALUE 'red'; VACUUM;";
  CHECK(statements(script, postgresqlSyntax)[0].transactional);
  CHECK_FALSE(statements(script, postgresql11Syntax)[0].transactional);
  CHECK_FALSE(statements(script, postgresql11Syntax)[1].transactional);
}

TEST_CASE("columns count UTF-16 units") {
  const std::vector<Statement> all =
      statements("SELECT '\xC3\xA4\xE6\x97\xA5'; SELECT '\xF0\x9F\x98\x80'; SELECT 3", sqliteSyntax);
  REQUIRE(all.size() == 3);
  CHECK(all[1].column == 14);
  CHECK(all[2].column == 27);
}

TEST_CASE("statements of any size take linear time") {
  const std::clock_t begin = std::clock();  // of the processor: how busy the machine is does not matter
  for (const Syntax* syntax : {&mysqlSyntax, &sqliteSyntax, &postgresqlSyntax}) {
    for (const std::string_view piece :
         {"(1,'a'),", "x y.z ", "((", "''", "/*", "$a", "E'\\", "\xC3\xA4", "--\n", "CASE ", "  "}) {
      RepeatingReader script("CREATE TRIGGER t ", std::string(piece), 50'000);
      CHECK_NOTHROW(listing(script, *syntax));
    }
  }
  CHECK(std::clock() - begin < 10 * CLOCKS_PER_SEC);
}

TEST_CASE("no input crashes the splitter, and statements come in the order of the script") {
  static constexpr std::string_view pieces[] = {";",
                                                "\n",
                                                " ",
                                                "'",
                                                "\"",
                                                "`",
                                                "(",
                                                ")",
                                                "\\",
                                                "--",
                                                "-- ",
                                                "#",
                                                "/*",
                                                "*/",
                                                "/*!",
                                                "/*!40101 ",
                                                "/*M!",
                                                "$$",
                                                "$a$",
                                                "$1",
                                                "E'",
                                                "X'",
                                                "[",
                                                "]",
                                                ".",
                                                ",",
                                                "@",
                                                ":",
                                                "DELIMITER ",
                                                "DELIMITER $$\n",
                                                "DELIMITER ;\n",
                                                "CREATE ",
                                                "TRIGGER ",
                                                "PROCEDURE ",
                                                "FUNCTION ",
                                                "EVENT ",
                                                "RULE ",
                                                "FOR EACH ROW ",
                                                "DO ",
                                                "BEGIN ",
                                                "ATOMIC ",
                                                "NOT ",
                                                "END ",
                                                "IF ",
                                                "CASE ",
                                                "LOOP ",
                                                "WHILE ",
                                                "REPEAT ",
                                                "UNTIL ",
                                                "THEN ",
                                                "ELSE ",
                                                "DECLARE ",
                                                "HANDLER ",
                                                "FOUND ",
                                                "COPY ",
                                                "FROM STDIN",
                                                "\\.\n",
                                                "x",
                                                "9",
                                                "\xC3\xA4",
                                                "\xC2\xA0",
                                                "\xE3\x80\x80",
                                                "\xFF",
                                                "\xE2",
                                                "\r",
                                                "\r\n",
                                                "\t",
                                                "VACUUM",
                                                "\\restrict x\n"};
  const Syntax* syntaxes[] = {&mysqlSyntax, &mariadbSyntax, &sqliteSyntax, &postgresqlSyntax};
  std::mt19937 random(42);
  for (int round = 0; round < 4000; ++round) {
    std::string script;
    for (auto left = random() % 60; left > 0; --left) script += pieces[random() % std::size(pieces)];
    if (round % 50 == 0) script += '\0';
    CAPTURE(script);
    StringReader reader(script);
    Splitter splitter(reader, *syntaxes[round % 4]);
    std::size_t position = 0;
    try {
      while (const std::optional<Statement> statement = splitter.next()) {
        CHECK_FALSE(statement->text.empty());
        const std::size_t found = script.find(statement->text, position);
        REQUIRE(found != std::string::npos);
        position = found + statement->text.size();
      }
    } catch (const ParseError& error) {
      CHECK(error.line >= 1);
      CHECK(error.column >= 1);
    }
  }
}

TEST_CASE("patterns of words") {
  struct Row {
    std::string_view pattern;
    std::string_view words;
    bool matches;
  };
  const Row rows[] = {
      {"VACUUM", "VACUUM", true},
      {"VACUUM", "VACUUM FULL", false},
      {"VACUUM", "", false},
      {"CREATE|DROP INDEX", "DROP INDEX", true},
      {"CREATE|DROP INDEX", "DRO INDEX", false},
      {"CREATE [UNIQUE] INDEX", "CREATE INDEX", true},
      {"CREATE [UNIQUE] INDEX", "CREATE UNIQUE INDEX", true},
      {"CREATE [OR REPLACE] VIEW", "CREATE OR VIEW", false},
      {"CREATE [DEFINER [?] [?]] EVENT", "CREATE DEFINER ROOT LOCALHOST EVENT", true},
      {"CREATE [DEFINER [?] [?]] EVENT", "CREATE DEFINER EVENT", true},
      {"CREATE [DEFINER [?] [?]] EVENT", "CREATE TABLE EVENT", false},
      {"COPY * FROM STDIN", "COPY FROM STDIN", true},
      {"COPY * FROM STDIN", "COPY A FROM B FROM STDIN", true},
      {"COPY * FROM STDIN", "COPY A FROM STDIN CSV", false},
      {"DETACH [?]", "DETACH A", true},
      {"DETACH [?]", "DETACH A B", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.pattern);
    CAPTURE(row.words);
    CHECK(matchesWords(row.pattern, row.words) == row.matches);
  }
}

}  // namespace whimbrel::sql
