#include "core/aws/s3_listing.h"

#include <doctest/doctest.h>

#include "core/error.h"

using namespace whimbrel;
using namespace whimbrel::aws;

namespace {

std::string listing(std::string_view inside) {
  return "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" +
         std::string(inside) + "</ListBucketResult>";
}

std::string object(const std::string& key, const std::string& etag = "&quot;e&quot;") {
  return "<Contents><Key>" + key + "</Key><ETag>" + etag + "</ETag><Size>3</Size></Contents>";
}

std::vector<std::string> keys(const std::string& document) {
  std::vector<std::string> found;
  for (const S3Object& object : parseListing(document).objects) found.push_back(object.key);
  return found;
}

std::string failure(const std::string& document) {
  try {
    parseListing(document);
  } catch (const Error& error) {
    return error.message();
  }
  return "none";
}

using Keys = std::vector<std::string>;
const std::string encoded = "<EncodingType>url</EncodingType>";

}  // namespace

TEST_CASE("keys and ETags are read, and nothing follows the last page") {
  const ListingPage page =
      parseListing(listing(object("a.sql", "&quot;1&quot;") + object("b.sql", "&quot;2-3&quot;")));
  REQUIRE(page.objects.size() == 2);
  CHECK(page.objects[0].key == "a.sql");
  CHECK(page.objects[1].etag == "\"2-3\"");
  CHECK(page.nextToken.empty());
  CHECK(keys(listing("<IsTruncated>false</IsTruncated><KeyCount>0</KeyCount>")).empty());
}

TEST_CASE("a truncated page names the next one, as it stands") {
  const std::string page = listing("<IsTruncated>true</IsTruncated>" + encoded +
                                   "<NextContinuationToken>1%2B+/=</NextContinuationToken>" + object("a"));
  CHECK(parseListing(page).nextToken == "1%2B+/=");
  CHECK(failure(listing("<IsTruncated>true</IsTruncated>" + object("a"))) ==
        "S3 gave a listing that can't be read: it is truncated, but does not say how to go on");
}

TEST_CASE("encoded keys are decoded, a plus sign being a blank there") {
  CHECK(keys(listing(encoded + object("a+b%2Bc%20d%25e") + object("%C3%BC/%0A"))) ==
        Keys{"a b+c d%e", "ü/\n"});
}

TEST_CASE("keys are taken as they stand when the server did not encode them") {
  CHECK(keys(listing(object("a+b%2B &amp; &lt;c&gt;"))) == Keys{"a+b%2B & <c>"});
}

TEST_CASE("namespaces do not count") {
  CHECK(keys("<ListBucketResult>" + object("a") + "</ListBucketResult>") == Keys{"a"});
  CHECK(keys("<s3:ListBucketResult "
             "xmlns:s3=\"urn:x\"><s3:Contents><s3:Key>a</s3:Key><s3:ETag>e</s3:ETag></s3:Contents>"
             "</s3:ListBucketResult>") == Keys{"a"});
}

TEST_CASE("what is cut off or is no listing is refused") {
  const std::string whole = listing(object("a.sql"));
  for (std::size_t length = 0; length < whole.size(); ++length)
    CHECK(failure(whole.substr(0, length)).starts_with("S3 gave a listing that can't be read: "));
  CHECK(failure("<html><body>Sign in</body></html>").ends_with("it is no ListBucketResult"));
  CHECK(failure("{}").starts_with("S3 gave a listing"));
  CHECK(failure(listing("<Contents><ETag>e</ETag></Contents>")).ends_with("an object without a key"));
}

TEST_CASE("entities of a document type are not expanded, and deep nesting does no harm") {
  CHECK(keys("<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>" +
             listing(object("&b;")).substr(21)) == Keys{"&b;"});
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "<a>";
  for (int i = 0; i < 100000; ++i) deep += "</a>";
  CHECK(keys(listing(deep + object("a"))) == Keys{"a"});
}
