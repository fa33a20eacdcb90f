#include "core/report/error_block.h"

#include <doctest/doctest.h>

#include "core/text/strings.h"

using namespace whimbrel;

TEST_CASE("the block of a failed statement") {
  const SqlError error("Table 'x.nope' doesn't exist", "42S02", 1146);
  CHECK(
      sqlErrorBlock("Migration V2__broken.sql failed", error,
                    {"sql/V2__broken.sql", "/abs/sql/V2__broken.sql", 4, "INSERT INTO nope\n  VALUES (2)"}) ==
      "Migration V2__broken.sql failed\n"
      "-------------------------------\n"
      "SQL State  : 42S02\n"
      "Error Code : 1146\n"
      "Message    : Table 'x.nope' doesn't exist\n"
      "Location   : sql/V2__broken.sql (/abs/sql/V2__broken.sql)\n"
      "Line       : 4\n"
      "Statement  : INSERT INTO nope\n  VALUES (2)\n");
}

TEST_CASE("a database without SQL states shows null, and the rule is as long as the title in characters") {
  CHECK(sqlErrorBlock("\xC3\xA9\xC3\xA9", SqlError("m", {}, 1)) ==
        "\xC3\xA9\xC3\xA9\n--\nSQL State  : null\nError Code : 1\nMessage    : m\n");
}

TEST_CASE("of a long statement the block shows both ends") {
  const SqlError error("m", {}, 1);
  const auto shown = [&](const std::string& statement) {
    const std::string block = sqlErrorBlock("t", error, {"a", "/a", 1, statement});
    return block.substr(block.find("Statement  : ") + 13);
  };
  CHECK(shown(std::string(1500, 'x')) == std::string(1500, 'x') + "\n");
  CHECK(shown(std::string(1501, 'x')) ==
        std::string(1200, 'x') + "\n... 101 characters are not shown ...\n" + std::string(200, 'x') + "\n");
  // Characters are never cut in two.
  std::string birds;
  for (int count = 0; count < 1000; ++count) birds += "\xF0\x9F\x90\xA6";
  CHECK(isUtf8(shown("x" + birds)));
}
