#include "core/aws/s3_listing.h"

#include <fmt/format.h>

#include "core/aws/xml.h"
#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel::aws {

namespace {

[[noreturn]] void refuse(std::string_view why) {
  throw Error(fmt::format("S3 gave a listing that can't be read: {}", why));
}

S3Object readObject(const pugi::xml_node& contents, bool encoded) {
  S3Object object{textOf(contents, "Key"), textOf(contents, "ETag")};
  // S3 writes a blank as a plus sign there, and a plus sign as %2B.
  if (encoded) object.key = decodePercent(object.key, Plus::IsBlank);
  if (object.key.empty()) refuse("an object without a key");
  return object;
}

}  // namespace

ListingPage parseListing(const std::string& document) {
  pugi::xml_document parsed;
  const pugi::xml_parse_result result = parsed.load_buffer(document.data(), document.size());
  if (!result) refuse(fmt::format("{} at byte {}", result.description(), result.offset));
  const pugi::xml_node root = parsed.document_element();
  if (!isNamed(root, "ListBucketResult")) refuse("it is no ListBucketResult");

  ListingPage page;
  // Not every server heeds the wish for encoded keys.
  const bool encoded = textOf(root, "EncodingType") == "url";
  for (const pugi::xml_node& child : root.children())
    if (isNamed(child, "Contents")) page.objects.push_back(readObject(child, encoded));
  if (textOf(root, "IsTruncated") != "true") return page;
  page.nextToken = textOf(root, "NextContinuationToken");
  if (page.nextToken.empty()) refuse("it is truncated, but does not say how to go on");
  return page;
}

}  // namespace whimbrel::aws
