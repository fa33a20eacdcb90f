// Where a bucket is: in front of the host name or in the path (spec/aws.md section 2).
#pragma once

#include <string>
#include <string_view>

namespace whimbrel::aws {

enum class Addressing { VirtualHosted, Path };

/// The URL of a bucket, ending in a slash behind which the encoded key goes. `endpoint` is that of the
/// service, without a slash at its end. A bucket whose name can't be part of a host name, or whose
/// certificate would not match, and an endpoint that is an IP address get the path style in any case.
std::string bucketUrl(std::string_view endpoint, std::string_view bucket, Addressing wanted);

}  // namespace whimbrel::aws
