#include "core/report/error_block.h"

#include <doctest/doctest.h>

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
