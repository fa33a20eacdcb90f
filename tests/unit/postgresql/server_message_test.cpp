// Why a login failed, from libpq's verbose text; spec/configuration.md section 12.
#include "drivers/postgresql/server_message.h"

#include <doctest/doctest.h>

using namespace whimbrel;
using namespace whimbrel::postgresql;

TEST_CASE("a failed login has the server's message and state, or libpq's text") {
  struct Case {
    std::string text;
    std::string message;
    std::string state;
  };
  const std::string at = "connection to server at \"127.0.0.1\", port 5432 failed: ";
  const Case cases[] = {
      {at + "FATAL:  28P01: password authentication failed for user \"fly\"\nLOCATION:  auth_failed, "
            "auth.c:338\n",
       "FATAL: password authentication failed for user \"fly\"", "28P01"},
      {at +
           "FATAL:  3D000: database \"a:  12345: b\" does not exist\nLOCATION:  InitPostgres, postinit.c:1\n",
       "FATAL: database \"a:  12345: b\" does not exist", "3D000"},
      {at + "FATAL:  28P01: first\nLOCATION:  x, y.c:1\n" + at +
           "FATAL:  28000: second\nLOCATION:  x, y.c:1\n",
       "FATAL: first", "28P01"},
      {at + "FATAL:  53300: too many\nDETAIL:  a detail\nHINT:  a hint\nLOCATION:  x, y.c:1\n",
       "FATAL: too many\n  Detail: a detail\n  Hint: a hint", "53300"},
      {at + "FATAL:  57P03: the database system is starting up\n",
       "FATAL: the database system is starting up", "57P03"},
      {at + "Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n",
       at + "Connection refused. Is the server running on that host and accepting TCP/IP connections?",
       "08001"},
      {"could not translate host name \"x:  y\" to address: Name or service not known\n",
       "could not translate host name \"x:  y\" to address: Name or service not known", "08001"},
      {"", "", "08001"},
      {"FATAL:  28P", "FATAL:  28P", "08001"},
      {"FATAL:  28P01", "FATAL:  28P01", "08001"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    const SqlError error = loginFailure(c.text);
    CHECK(error.what() == c.message);
    CHECK(error.sqlState == c.state);
    CHECK(error.vendorCode == 0);
  }
}

TEST_CASE("a lost connection is told in one line") {
  const SqlError error = connectionFailure(
      "server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n"
      "\tbefore or while processing the request.\n");
  CHECK(std::string(error.what()) ==
        "server closed the connection unexpectedly. This probably means the server terminated abnormally. "
        "before or while processing the request.");
  CHECK(error.sqlState == "08006");
}
