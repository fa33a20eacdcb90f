// One page of a ListObjectsV2 answer (spec/aws.md section 2).
#pragma once

#include <string>
#include <vector>

namespace whimbrel::aws {

struct S3Object {
  std::string key;
  std::string etag;  ///< as the server wrote it, with its quotes: changes with the contents
};

struct ListingPage {
  std::vector<S3Object> objects;
  std::string nextToken;  ///< empty: this was the last page
};

/// Throws Error for what is no such answer, or not a whole one.
ListingPage parseListing(const std::string& document);

}  // namespace whimbrel::aws
