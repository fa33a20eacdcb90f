#include "core/aws/credential_document.h"

#include <string>

#include <doctest/doctest.h>

#include "core/error.h"

using namespace whimbrel;
using namespace whimbrel::aws;

namespace {

std::string refusal(const std::string& json) {
  try {
    readCredentialDocument(json, "Token", "there");
  } catch (const Error& error) {
    return error.message() + " | " + error.causes().at(0);
  }
  return "none";
}

}  // namespace

TEST_CASE("a timestamp beyond the clock is as far away as the clock goes") {
  const auto now = std::chrono::system_clock::now();
  CHECK(*parseTimestamp("9999-12-31T23:59:59Z") - now > std::chrono::years(200));
  CHECK(*parseTimestamp("2262-04-11T23:47:17Z") - now > std::chrono::years(200));
  CHECK(parseTimestamp("0000-01-01T00:00:00Z") == std::chrono::system_clock::from_time_t(0));
}

TEST_CASE("a timestamp is in UTC or says its offset") {
  const auto time = std::chrono::system_clock::from_time_t(1709251198);  // 2024-02-29T23:59:58Z
  for (const char* text : {"2024-02-29T23:59:58Z", "2024-02-29T23:59:58.123456Z", "2024-03-01T01:59:58+02:00",
                           "2024-02-29T18:29:58-0530"}) {
    CAPTURE(text);
    CHECK(parseTimestamp(text) == time);
  }
  for (const char* text :
       {"", "2024-02-29", "2024-02-29T23:59:58", "2024-02-29 23:59:58Z", "x024-02-29T23:59:58Z",
        "2024-02-29T23:59:58+2", "2024-02-29T23:59:58Zx", "20", "-024-02-29T23:59:58Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parseTimestamp(text));
  }
}

TEST_CASE("a credential document has keys, a token and a time") {
  const Credentials found = readCredentialDocument(
      R"({"AccessKeyId":"A","SecretAccessKey":"S","Token":"T","Expiration":"2024-02-29T23:59:58Z","Other":1})",
      "Token", "there");
  CHECK(found.accessKeyId == "A");
  CHECK(found.secretAccessKey == "S");
  CHECK(found.sessionToken == "T");
  CHECK(found.source == "there");
  CHECK(found.expiration == std::chrono::system_clock::from_time_t(1709251198));
  const Credentials lasting =
      readCredentialDocument(R"({"AccessKeyId":"A","SecretAccessKey":"S"})", "Token", "");
  CHECK(lasting.sessionToken.empty());
  CHECK_FALSE(lasting.expiration);
}

TEST_CASE("what is no such document is refused without being shown") {
  const std::string start = "Unable to get AWS credentials from there | The answer ";
  CHECK(refusal("secret") == start + "is no JSON object");
  CHECK(refusal("[]") == start + "is no JSON object");
  CHECK(refusal("") == start + "is no JSON object");
  CHECK(refusal(R"({"SecretAccessKey":"S"})") == start + "has no AccessKeyId");
  CHECK(refusal(R"({"AccessKeyId":"A","SecretAccessKey":7})") == start + "has no SecretAccessKey");
  CHECK(refusal(R"({"AccessKeyId":"A","SecretAccessKey":"S","Expiration":"soon"})") ==
        start + "expires at soon, which is no time");
}
