#include "core/aws/session.h"

#include <doctest/doctest.h>

#include "core/error.h"

using namespace whimbrel;

namespace {

class Silence : public Log {
 public:
  void debug(std::string_view) override {}
  void info(std::string_view) override {}
  void warn(std::string_view) override {}
  void error(std::string_view) override {}
  bool debugs() const override { return false; }
};

aws::Session session(std::map<std::string, std::string> environment) {
  static Silence log;
  environment.emplace("AWS_EC2_METADATA_DISABLED", "true");
  return {std::move(environment), "", log};
}

template <typename Call>
std::string refusal(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.message();
  }
  return "none";
}

}  // namespace

TEST_CASE("AWS_REGION comes before AWS_DEFAULT_REGION") {
  CHECK(session({{"AWS_REGION", "eu-west-1"}, {"AWS_DEFAULT_REGION", "us-east-1"}}).region() == "eu-west-1");
  CHECK(session({{"AWS_REGION", ""}, {"AWS_DEFAULT_REGION", "us-east-1"}}).region() == "us-east-1");
}

TEST_CASE("without a region the error names the places where one was looked for") {
  const std::string text = refusal([] { session({}).region(); });
  for (const char* place : {"AWS_REGION", "AWS_DEFAULT_REGION", "profile default"}) {
    CAPTURE(place);
    CHECK(text.find(place) != std::string::npos);
  }
}

TEST_CASE("configured endpoints: that of the service, that of all, none when they are to be ignored") {
  aws::Session own = session({{"AWS_ENDPOINT_URL", "http://127.0.0.1:1/"},
                              {"AWS_ENDPOINT_URL_SECRETS_MANAGER", "https://secrets.example"}});
  CHECK(own.endpoint("s3", "us-east-1") == "http://127.0.0.1:1");
  CHECK(own.endpoint("secretsmanager", "us-east-1") == "https://secrets.example");
  CHECK(own.hasCustomEndpoint("ssm"));
  aws::Session ignored =
      session({{"AWS_ENDPOINT_URL", "http://127.0.0.1:1"}, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"}});
  CHECK(ignored.endpoint("s3", "us-east-1") == "https://s3.us-east-1.amazonaws.com");
  CHECK_FALSE(ignored.hasCustomEndpoint("s3"));
}

TEST_CASE("credentials of the environment are a pair") {
  aws::Session both = session(
      {{"AWS_ACCESS_KEY_ID", "AKID"}, {"AWS_SECRET_ACCESS_KEY", "secret"}, {"AWS_SESSION_TOKEN", "token"}});
  CHECK(both.credentials().accessKeyId == "AKID");
  CHECK(both.credentials().secretAccessKey == "secret");
  CHECK(both.credentials().sessionToken == "token");
  CHECK(refusal([] {
          session({{"AWS_ACCESS_KEY_ID", "AKID"}}).credentials();
        }) ==
        "AWS credentials in environment variables are incomplete: AWS_ACCESS_KEY_ID is set, "
        "AWS_SECRET_ACCESS_KEY is not");
}

TEST_CASE("attempts are a number from 1 on, 3 unless configured") {
  CHECK(session({}).maxAttempts() == 3);
  CHECK(session({{"AWS_MAX_ATTEMPTS", "7"}}).maxAttempts() == 7);
  for (const char* bad : {"0", "-1", "x", "3x"}) {
    CAPTURE(bad);
    CHECK(refusal([&] { session({{"AWS_MAX_ATTEMPTS", bad}}).maxAttempts(); }) != "none");
  }
}
