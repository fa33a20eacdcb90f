#include "core/aws/service.h"

#include <ctime>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/unit/recording_log.h"

using namespace whimbrel;
using namespace whimbrel::aws;
using std::chrono::milliseconds;

namespace {

HttpResponse answer(int status, std::string body, std::vector<HttpHeader> headers = {}) {
  return {status, std::move(headers), std::move(body)};
}

HttpResponse refusal(int status, std::string_view code, std::vector<HttpHeader> headers = {}) {
  return answer(status, fmt::format("<Error><Code>{}</Code><Message>m</Message></Error>", code),
                std::move(headers));
}

ServiceError error(int status, std::string code) { return {status, std::move(code), "", "", ""}; }

HttpRequest toS3() {
  HttpRequest request;
  request.url = "https://s3.us-east-1.amazonaws.com/";
  return request;
}

/// The Date header of a server whose clock is that far ahead.
HttpHeader date(std::chrono::seconds ahead) {
  const std::time_t time = std::time(nullptr) + ahead.count();
  char text[64];
  return {"Date", std::string(text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT",
                                                  std::gmtime(&time)))};
}

/// A service that is asked with keys from the environment.
struct Asked {
  explicit Asked(std::string maxAttempts = "1")
      : session({{"AWS_ACCESS_KEY_ID", "AKIDTEST"},
                 {"AWS_SECRET_ACCESS_KEY", "secret"},
                 {"AWS_MAX_ATTEMPTS", std::move(maxAttempts)},
                 {"AWS_REGION", "us-east-1"}},
                "", log) {}
  RecordingLog log;
  Session session;
  Service service{session, "s3"};
};

}  // namespace

TEST_CASE("the XML error of S3 is read") {
  const ServiceError error = readServiceError(answer(
      400,
      "<?xml version=\"1.0\"?>\n<Error><Code>AuthorizationHeaderMalformed</Code><Message>the region 'a' is "
      "wrong &amp; so on</Message><Region>eu-west-1</Region></Error>",
      {{"X-Amz-Request-Id", "R1"}}));
  CHECK(error.status == 400);
  CHECK(error.code == "AuthorizationHeaderMalformed");
  CHECK(error.message == "the region 'a' is wrong & so on");
  CHECK(error.region == "eu-west-1");
  CHECK(error.requestId == "R1");
}

TEST_CASE("the XML error of STS is read, in its namespace") {
  const ServiceError error = readServiceError(
      answer(403,
             "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>"
             "<Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"));
  CHECK(error.code == "AccessDenied");
  CHECK(error.message == "no");
}

TEST_CASE("the JSON error of the others is read") {
  const ServiceError error = readServiceError(
      answer(400, R"( {"__type":"com.amazonaws#ResourceNotFoundException","Message":"gone"})"));
  CHECK(error.code == "ResourceNotFoundException");
  CHECK(error.message == "gone");
  CHECK(readServiceError(answer(400, R"({"__type":"A","message":"m"})")).message == "m");
}

TEST_CASE("an answer without a readable error is named by its status") {
  for (const char* body :
       {"", "Bad Gateway", "<html><body>502", "{", "[]", "{\"__type\":1}", "<Error><Code>x</Co"}) {
    const ServiceError error = readServiceError(answer(502, body));
    CHECK(error.code.empty());
    CHECK(error.message == "HTTP status 502");
  }
}

TEST_CASE("the region of a redirect may be in a header only") {
  CHECK(readServiceError(answer(301, "", {{"x-amz-bucket-region", "eu-west-1"}})).region == "eu-west-1");
}

TEST_CASE("throttling and failing servers are worth another try, refusals are not") {
  for (const int status : {500, 502, 503, 504}) CHECK(isRetryable(error(status, "")));
  for (const char* code : {"SlowDown", "RequestTimeout", "ThrottlingException", "InternalError"})
    CHECK(isRetryable(error(400, code)));
  for (const char* code : {"AccessDenied", "NoSuchKey", "SignatureDoesNotMatch", ""})
    CHECK_FALSE(isRetryable(error(403, code)));
  CHECK_FALSE(isRetryable(error(501, "")));
}

TEST_CASE("the pause grows to 20 seconds, by chance, and is what the server asks for at least") {
  CHECK(pauseBefore(0, "", 1.0) == milliseconds(1000));
  CHECK(pauseBefore(1, "", 0.5) == milliseconds(1000));
  CHECK(pauseBefore(3, "", 1.0) == milliseconds(8000));
  CHECK(pauseBefore(60, "", 1.0) == milliseconds(20000));
  CHECK(pauseBefore(0, "", 0.0) == milliseconds(0));
  CHECK(pauseBefore(0, "3", 0.0) == milliseconds(3000));
  CHECK(pauseBefore(0, "86400", 0.0) == milliseconds(20000));
  CHECK(pauseBefore(0, "-1", 0.0) == milliseconds(0));
  CHECK(pauseBefore(0, "Wed, 21 Oct 2015 07:28:00 GMT", 0.0) == milliseconds(0));
}

TEST_CASE("no attempt is made beyond the last, and none behind a success or a refusal") {
  Asked asked;
  Attempts attempts(asked.service);
  CHECK_FALSE(attempts.again(answer(200, "")));
  CHECK_FALSE(attempts.again(refusal(403, "AccessDenied")));
  CHECK_FALSE(attempts.again(refusal(503, "SlowDown")));
  CHECK_FALSE(attempts.again(HttpFailure("refused")));
}

TEST_CASE("a failure is followed by as many attempts as are configured, counted anew behind progress") {
  Asked asked("2");
  Attempts attempts(asked.service);
  CHECK(attempts.again(HttpFailure("reset")));
  CHECK_FALSE(attempts.again(HttpFailure("reset")));
  attempts.progressed();
  CHECK(attempts.again(HttpFailure("reset")));
}

TEST_CASE("a wrong clock is mended once, for all requests to the service, and told") {
  Asked asked;
  Attempts attempts(asked.service);
  const HttpResponse skewed = refusal(403, "RequestTimeTooSkewed", {date(std::chrono::hours(1))});
  CHECK(attempts.again(skewed));
  CHECK(asked.service.clockAhead >= std::chrono::seconds(3599));
  CHECK(asked.service.clockAhead <= std::chrono::seconds(3601));
  REQUIRE(asked.log.lines.size() == 1);
  CHECK(asked.log.lines[0].starts_with("WARNING: The clock of this machine is "));
  CHECK(asked.log.lines[0].find(" seconds behind that of s3") != std::string::npos);
  CHECK_FALSE(attempts.again(skewed));
}

TEST_CASE("a wrong clock can't be mended without the server's") {
  Asked asked;
  Attempts attempts(asked.service);
  CHECK_FALSE(attempts.again(refusal(403, "RequestTimeTooSkewed")));
  CHECK_FALSE(attempts.again(refusal(403, "RequestTimeTooSkewed", {{"Date", "yesterday"}})));
}

TEST_CASE("a request is signed with the server's time") {
  Asked asked;
  asked.service.clockAhead = std::chrono::hours(24 * 400);
  HttpResponse sent;
  sent.headers = Attempts(asked.service).sign(toS3(), "us-east-1").headers;
  const std::time_t then = std::time(nullptr) + std::chrono::seconds(asked.service.clockAhead).count();
  char day[16];
  std::strftime(day, sizeof day, "%Y%m%d", std::gmtime(&then));
  CHECK(sent.header("x-amz-date").starts_with(day));
}

TEST_CASE("expired credentials are fetched anew once") {
  Asked asked;
  Attempts attempts(asked.service);
  attempts.sign(toS3(), "us-east-1");
  CHECK(attempts.again(refusal(400, "ExpiredToken")));
  CHECK_FALSE(attempts.again(refusal(400, "ExpiredToken")));
}
