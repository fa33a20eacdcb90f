#include "core/aws/s3_address.h"

#include <doctest/doctest.h>

using namespace whimbrel::aws;

namespace {

std::string hosted(std::string_view endpoint, std::string_view bucket) {
  return bucketUrl(endpoint, bucket, Addressing::VirtualHosted);
}

}  // namespace

TEST_CASE("a bucket stands in front of the host, or in the path where that is wanted") {
  CHECK(hosted("https://s3.eu-west-1.amazonaws.com", "mig") == "https://mig.s3.eu-west-1.amazonaws.com/");
  CHECK(bucketUrl("https://s3.eu-west-1.amazonaws.com", "mig", Addressing::Path) ==
        "https://s3.eu-west-1.amazonaws.com/mig/");
}

TEST_CASE("an endpoint's port and path are kept") {
  CHECK(hosted("http://s3.localhost:7170", "mig") == "http://mig.s3.localhost:7170/");
  CHECK(hosted("https://gateway.example/s3", "mig") == "https://mig.gateway.example/s3/");
  CHECK(bucketUrl("https://gateway.example/s3", "mig", Addressing::Path) ==
        "https://gateway.example/s3/mig/");
}

TEST_CASE("a dotted bucket is in the path under TLS, whose certificates cover one label") {
  CHECK(hosted("https://s3.us-east-1.amazonaws.com", "my.mig") ==
        "https://s3.us-east-1.amazonaws.com/my.mig/");
  CHECK(hosted("http://s3.localhost", "my.mig") == "http://my.mig.s3.localhost/");
}

TEST_CASE("a bucket that is no host name is in the path") {
  for (const char* bucket : {"Old_Bucket", "UPPER", "-mig", "mig-", "a..b", "ü"})
    CHECK(hosted("http://s3.localhost", bucket).starts_with("http://s3.localhost/"));
  CHECK(hosted("http://s3.localhost", std::string(64, 'a')).starts_with("http://s3.localhost/aaa"));
}

TEST_CASE("what a bucket's name can't mean in a URL is encoded") {
  CHECK(hosted("https://s3.us-east-1.amazonaws.com", "evil.example/?x=#") ==
        "https://s3.us-east-1.amazonaws.com/evil.example%2F%3Fx%3D%23/");
  CHECK(hosted("https://s3.us-east-1.amazonaws.com", "user@evil") ==
        "https://s3.us-east-1.amazonaws.com/user%40evil/");
}

TEST_CASE("at an IP address a bucket is in the path") {
  CHECK(hosted("http://127.0.0.1:7170", "mig") == "http://127.0.0.1:7170/mig/");
  CHECK(hosted("http://[::1]:7170", "mig") == "http://[::1]:7170/mig/");
}
