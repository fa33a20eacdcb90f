// A page of a bucket's listing: an Error, or objects with keys and a way on where the page says that it is
// not the last.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/aws/s3_listing.h"
#include "core/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whimbrel;
  try {
    const aws::ListingPage page = aws::parseListing({reinterpret_cast<const char*>(data), size});
    for (const aws::S3Object& object : page.objects)
      if (object.key.empty()) std::abort();
  } catch (const Error&) {
    // Most documents are no listing.
  }
  return 0;
}
