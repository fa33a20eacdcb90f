// Against data/sigv4-vectors.json, which holds what botocore computes with a fixed clock.
#include "core/aws/sigv4.h"

#include <fstream>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/aws/s3_address.h"

using namespace whimbrel::aws;
using nlohmann::json;

namespace {

const json& vectors() {
  static const json document = json::parse(std::ifstream(TEST_DATA "/sigv4-vectors.json"));
  return document;
}

/// 2024-02-29 23:59:58 UTC, the clock of the vectors.
constexpr Time clockOfVectors{std::chrono::seconds(1709251198)};

Credentials credentials(const json& vector) {
  Credentials result{vectors()["access_key_id"], vectors()["secret_access_key"], "", {}, ""};
  if (vector["use_session_token"]) result.sessionToken = vectors()["session_token"];
  return result;
}

HttpRequest signedRequest(const json& vector) {
  HttpRequest request{vector["method"], vector["url"], {}, vector["body"]};
  for (const auto& [name, value] : vector["signed_headers_in"].items())
    request.headers.push_back({name, value});
  return sign(request, credentials(vector), {vector["region"], vector["service"], clockOfVectors});
}

std::string header(const HttpRequest& request, std::string_view name) {
  HttpResponse answer;  // which knows how to look for one
  answer.headers = request.headers;
  return std::string(answer.header(name));
}

}  // namespace

TEST_CASE("requests are signed as in the vectors") {
  int count = 0;
  for (const char* group : {"s3", "json", "query"}) {
    for (const json& vector : vectors()[group]) {
      CAPTURE(vector["name"].get<std::string>());
      const HttpRequest request = signedRequest(vector);
      CHECK(header(request, "authorization") == vector["authorization"]);
      for (const auto& [name, value] : vector["headers_out"].items()) CHECK(header(request, name) == value);
      CHECK(request.url == vector["url"]);
      ++count;
    }
  }
  CHECK(count == 26);
}

TEST_CASE("a session token is sent, and signed") {
  const HttpRequest request = signedRequest(vectors()["s3"][1]);
  CHECK(header(request, "x-amz-security-token") == vectors()["session_token"]);
  CHECK(header(request, "authorization").find("x-amz-security-token") != std::string::npos);
}

TEST_CASE("tokens for RDS are those of the vectors") {
  for (const json& vector : vectors()["rds_token"]) {
    CAPTURE(vector["name"].get<std::string>());
    CHECK(rdsToken(vector["host"].get<std::string>(), vector["port"], vector["user"].get<std::string>(),
                   vector["region"].get<std::string>(), credentials(vector),
                   clockOfVectors) == vector["token"]);
  }
}

TEST_CASE("signing keys are those of the vectors") {
  for (const json& vector : vectors()["signing_keys"]) {
    std::string hex;
    for (const char byte :
         signingKey(vectors()["secret_access_key"].get<std::string>(), vector["date"].get<std::string>(),
                    vector["region"].get<std::string>(), vector["service"].get<std::string>()))
      hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    CHECK(hex == vector["key_hex"]);
  }
}

TEST_CASE("the keys of the vectors get the URLs of the vectors") {
  for (const json& vector : vectors()["s3"]) {
    if (!vector.contains("key") || vector["key"].is_null()) continue;
    CAPTURE(vector["name"].get<std::string>());
    const std::string bucket = vector["bucket"], key = vector["key"], url = vector["url"];
    const bool path = vector["style"] == "path";
    std::string endpoint = url.substr(0, url.find('/', 8));
    if (!path) endpoint.erase(8, bucket.size() + 1);
    CHECK(bucketUrl(endpoint, bucket, path ? Addressing::Path : Addressing::VirtualHosted) +
              uriEncode(key, /*keepSlash=*/true) ==
          url);
  }
}

TEST_CASE("everything but unreserved characters is percent-encoded") {
  CHECK(uriEncode("AZaz09-._~") == "AZaz09-._~");
  CHECK(uriEncode(" +%/?") == "%20%2B%25%2F%3F");
  CHECK(uriEncode("a/b", /*keepSlash=*/true) == "a/b");
  CHECK(uriEncode(std::string_view("\0\n\x7f\xc3\xbc", 5)) == "%00%0A%7F%C3%BC");
  CHECK(uriEncode("").empty());
}

TEST_CASE("a query is sorted by encoded name, then by value") {
  CHECK(canonicalQuery({{"b", "2"}, {"a", "2"}, {"a", "1"}, {"A", ""}}) == "A=&a=1&a=2&b=2");
  CHECK(canonicalQuery({{"prefix", "a b/ü"}, {"list-type", "2"}}) == "list-type=2&prefix=a%20b%2F%C3%BC");
  CHECK(canonicalQuery({}).empty());
}
