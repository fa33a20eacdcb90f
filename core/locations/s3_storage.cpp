#include "core/locations/s3_storage.h"

#include <deque>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/locations/s3_location.h"

namespace whimbrel {

namespace {

/// Requests under way at once. Each holds at most what HttpClient buffers, some 256 KB.
constexpr std::size_t atOnce = 16;
/// The largest object that is kept, and all of them together.
constexpr std::size_t keptObject = 256UL * 1024;
constexpr std::size_t keptInAll = 8UL * 1024 * 1024;

struct Wanted {
  std::string script;
  std::string etag;
};

}  // namespace

class S3Storage::Fetching {
 public:
  Fetching(aws::Session& session, aws::Addressing addressing) : s3(session, addressing) {}

  std::unique_ptr<Reader> open(const Resource& resource);
  void expect(const std::vector<const Resource*>& resources) {
    expected_.clear();
    for (const Resource* resource : resources) expected_.push_back({resource->script, resource->revision});
    fetchAhead();
  }

  /// Keeps what was read to its end.
  void keep(const std::string& script, std::string&& content) {
    if (kept_.contains(script) || keptBytes_ + content.size() > keptInAll) return;
    keptBytes_ += content.size();
    kept_.emplace(script, std::move(content));
  }

  aws::S3 s3;

 private:
  std::unique_ptr<Reader> start(const Wanted& wanted) {
    const S3Place place = parseS3Place(wanted.script);
    return s3.get(place.bucket, {place.prefix, wanted.etag});
  }

  std::unique_ptr<Reader> take(const Wanted& wanted) {
    if (!expected_.empty() && expected_.front().script == wanted.script) expected_.pop_front();
    if (auto started = started_.extract(wanted.script)) return std::move(started.mapped());
    return start(wanted);
  }

  void fetchAhead() {
    while (started_.size() < atOnce && !expected_.empty()) {
      const Wanted next = std::move(expected_.front());
      expected_.pop_front();
      if (!kept_.contains(next.script)) started_.emplace(next.script, start(next));
    }
  }

  std::deque<Wanted> expected_;
  std::unordered_map<std::string, std::unique_ptr<Reader>> started_;  ///< and not yet asked for
  std::unordered_map<std::string, std::string> kept_;
  std::size_t keptBytes_ = 0;
};

namespace {

/// Hands what it read to `keep` when the object was small and was read to its end.
template <typename Keep>
class KeepingReader : public Reader {
 public:
  KeepingReader(std::unique_ptr<Reader> bytes, Keep keep)
      : bytes_(std::move(bytes)), keep_(std::move(keep)) {}

  std::size_t read(char* buffer, std::size_t size) override {
    const std::size_t count = bytes_->read(buffer, size);
    if (!small_) return count;
    if (count == 0) {
      small_ = false;
      keep_(std::move(content_));
    } else if (content_.size() + count > keptObject) {
      small_ = false;
      content_ = {};
    } else {
      content_.append(buffer, count);
    }
    return count;
  }

 private:
  std::unique_ptr<Reader> bytes_;
  Keep keep_;
  std::string content_;
  bool small_ = true;
};

}  // namespace

std::unique_ptr<Reader> S3Storage::Fetching::open(const Resource& resource) {
  if (const auto kept = kept_.find(resource.script); kept != kept_.end())
    return std::make_unique<StringReader>(kept->second);
  std::unique_ptr<Reader> bytes = take({resource.script, resource.revision});
  fetchAhead();
  const auto keepIt = [this, script = resource.script](std::string&& content) {
    keep(script, std::move(content));
  };
  return std::make_unique<KeepingReader<decltype(keepIt)>>(std::move(bytes), keepIt);
}

S3Storage::S3Storage(aws::Session& session, aws::Addressing addressing)
    : fetching_(std::make_unique<Fetching>(session, addressing)) {}

S3Storage::~S3Storage() = default;

aws::S3& S3Storage::client() { return fetching_->s3; }

std::unique_ptr<Reader> S3Storage::open(const Resource& resource) const { return fetching_->open(resource); }

void S3Storage::expect(const std::vector<const Resource*>& resources) const { fetching_->expect(resources); }

}  // namespace whimbrel
