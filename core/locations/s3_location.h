// What an s3: location stands for: all objects of a bucket whose keys begin with a text (spec/migrations.md
// section 1.1). That text is no folder: s3:bucket/app also finds app2/V1__x.sql.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/aws/s3.h"
#include "core/log.h"

namespace whimbrel {

struct S3Place {
  std::string bucket;
  std::string prefix;  ///< without a slash at its end; empty: the whole bucket
};

/// Of the path of an s3: location, or the script of a file in one: "bucket/some/prefix".
S3Place parseS3Place(std::string_view path);

/// The objects there whose names are `wanted`, in the order of their keys. Warns of folders that only begin
/// like the location. Throws aws::S3Refusal when S3 says no, Error when it can't be asked.
std::vector<aws::S3Object> findObjects(aws::S3& s3, const S3Place& place,
                                       const std::function<bool(std::string_view key)>& wanted, Log& log);

}  // namespace whimbrel
