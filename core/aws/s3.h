// S3 as a reader needs it: what a bucket holds, and what an object holds. Buckets may be in any region: the
// one that a redirect names is remembered.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/aws/s3_address.h"
#include "core/aws/s3_listing.h"
#include "core/aws/session.h"
#include "core/error.h"
#include "core/text/reader.h"

namespace whimbrel::aws {

/// S3 was asked and refused: no such bucket, access denied, a wrong signature.
class S3Refusal : public Error {
 public:
  using Error::Error;
};

class S3 {
 public:
  S3(Session& session, Addressing addressing);
  ~S3();

  /// Gives every object whose key begins with `prefix` to `found`, in the order of the keys' bytes. Throws
  /// S3Refusal; Error when S3 can't be asked at all.
  void list(const std::string& bucket, const std::string& prefix,
            const std::function<void(S3Object&&)>& found);

  /// Begins to fetch an object and returns at once; any number may be under way, each with little memory.
  /// read() goes on behind a broken connection where it stopped. It throws S3Refusal, also when the object is
  /// not the one that was listed any more; Error when S3 can't be reached. The reader must not outlive this.
  std::unique_ptr<Reader> get(const std::string& bucket, const S3Object& object);

  class Buckets;

 private:
  std::unique_ptr<Buckets> buckets_;
};

}  // namespace whimbrel::aws
