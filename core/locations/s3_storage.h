// Reads the objects of s3: locations: several at once, ahead of who asks for them, in bounded memory. Small
// ones are kept, so that reading them again costs no request.
#pragma once

#include <memory>
#include <vector>

#include "core/aws/s3.h"
#include "core/locations/resource.h"

namespace whimbrel {

/// Of resources whose script is BUCKET/KEY and whose revision is the object's ETag.
class S3Storage : public Storage {
 public:
  explicit S3Storage(aws::Session& session, aws::Addressing addressing);
  ~S3Storage() override;

  aws::S3& client();

  /// What it reads is what was listed, or Error.
  std::unique_ptr<Reader> open(const Resource& resource) const override;
  void expect(const std::vector<const Resource*>& resources) const override;

 private:
  class Fetching;
  std::unique_ptr<Fetching> fetching_;
};

}  // namespace whimbrel
