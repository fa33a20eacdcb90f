#include "drivers/mysql/packet.h"

#include <array>

#include <doctest/doctest.h>

using namespace whimbrel::mysql;

TEST_CASE("statements are joined so that none reaches into the next") {
  const std::array<std::string_view, 4> statements{"INSERT 1", "INSERT 2 -- note", "INSERT\n3 # note",
                                                   "-- note\nINSERT 4"};
  const Packet packet = firstPacket(statements, 1000);
  CHECK(packet.statements == 4);
  CHECK(packet.text == "INSERT 1;INSERT 2 -- note\n;INSERT\n3 # note\n;-- note\nINSERT 4");
}

TEST_CASE("a packet holds what fits, and at least one statement") {
  const std::array<std::string_view, 3> statements{"12345", "678", "9"};
  CHECK(firstPacket(statements, 100).text == "12345;678;9");
  CHECK(firstPacket(statements, 11).statements == 3);
  CHECK(firstPacket(statements, 10).text == "12345;678");
  CHECK(firstPacket(statements, 8).text == "12345");
  CHECK(firstPacket(statements, 1).text == "12345");
}
