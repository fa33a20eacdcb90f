#include "core/aws/s3.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/aws/endpoint.h"
#include "core/aws/service.h"
#include "core/aws/sigv4.h"
#include "core/text/printable.h"
#include "core/text/strings.h"

namespace whimbrel::aws {

/// The buckets of a run: how they are addressed, and in which region each is.
class S3::Buckets {
 public:
  Buckets(Session& session, Addressing addressing) : service_{session, "s3"}, addressing_(addressing) {}

  Service& service() { return service_; }
  Session& session() { return service_.session; }

  std::string regionOf(const std::string& bucket) {
    const auto known = regions_.find(bucket);
    return known != regions_.end() ? known->second : session().region();
  }
  void setRegion(const std::string& bucket, const std::string& region) { regions_[bucket] = region; }

  std::string url(const std::string& bucket) {
    return bucketUrl(session().endpoint("s3", regionOf(bucket)), bucket, addressing_);
  }

 private:
  Service service_;
  Addressing addressing_;
  std::map<std::string, std::string> regions_;
};

namespace {

/// What a request is, for messages: {"list", "s3:ListBucket"}.
struct Action {
  std::string_view verb;
  std::string_view right;
};
constexpr Action listing{"Unable to list s3:", "s3:ListBucket"};
constexpr Action getting{"Failed to get object from s3: ", "s3:GetObject"};

/// What a user can do about a refusal; {right} and {bucket} are filled in.
struct Advice {
  std::string_view code;
  std::string_view text;
};
constexpr auto advices = std::to_array<Advice>({
    {"AccessDenied", "The credentials ({credentials}) need the right {right} on {resource}."},
    {"NoSuchBucket", "No bucket has the name {bucket}."},
    {"NoSuchKey", "It was deleted since the bucket was listed."},
    {"PreconditionFailed", "It was changed since the bucket was listed. Run the command again."},
    {"SignatureDoesNotMatch", "The secret access key of the credentials ({credentials}) is wrong."},
    {"InvalidAccessKeyId", "The access key ID of the credentials ({credentials}) is not known there."},
    {"ExpiredToken", "The credentials ({credentials}) have expired."},
    {"InvalidToken", "The session token of the credentials ({credentials}) is wrong."},
    {"RequestTimeTooSkewed", "The clock of this machine is wrong."},
    {"InvalidObjectState", "It is archived: restore it first."},
});

/// As the reference's client puts it.
std::string text(const HttpFailure& failure) {
  return fmt::format("Unable to execute HTTP request: {}", failure.what());
}

/// One request to a bucket, sent again as often as it makes sense.
class BucketRequest {
 public:
  /// `path` and `query` are encoded; `what` is "BUCKET/KEY" as messages name it.
  BucketRequest(S3::Buckets& buckets, const std::string& bucket, std::string path, std::string what,
                const Action& action)
      : buckets_(buckets),
        bucket_(bucket),
        path_(std::move(path)),
        what_(std::move(what)),
        action_(action),
        attempts_(buckets.service()) {}

  void begin(std::vector<HttpHeader> headers = {}) {
    headers_ = std::move(headers);
    send();
  }

  /// The transfer of a successful answer, whose body is to be read. Throws S3Refusal, HttpFailure.
  HttpTransfer& answer() {
    for (;;) {
      HttpResponse response = transfer_->response();
      if (response.status >= 200 && response.status < 300) return *transfer_;
      response.body = readBody(*transfer_);
      if (!redirected(response) && !attempts_.again(response)) refuse(response);
      send();
    }
  }

  /// Whether to begin() once more behind a failure, having waited.
  bool again(const HttpFailure& failure) { return attempts_.again(failure); }

  void progressed() { attempts_.progressed(); }

 private:
  void send() {
    HttpRequest request;
    request.url = buckets_.url(bucket_) + path_;
    request.headers = headers_;
    region_ = buckets_.regionOf(bucket_);
    transfer_ = buckets_.session().http().start(attempts_.sign(request, region_));
  }

  /// Whether the bucket is in another region, which was not known before. No redirect is followed as such:
  /// the region counts, and the address is made of it.
  bool redirected(const HttpResponse& response) {
    if (response.status != 301 && response.status != 307 && response.status != 400) return false;
    const std::string region = readServiceError(response).region;
    if (region.empty() || region == region_ || std::exchange(redirected_, true)) return false;
    requireRegionName(region);
    buckets_.setRegion(bucket_, region);
    return true;
  }

  [[noreturn]] void refuse(const HttpResponse& response) {
    const ServiceError error = readServiceError(response);
    std::string text = fmt::format("{}{}: {} (Service: S3, Status Code: {}", action_.verb, what_,
                                   printable(error.message), error.status);
    if (!error.code.empty()) text += ", Error Code: " + printable(error.code);
    if (!error.requestId.empty()) text += ", Request ID: " + printable(error.requestId);
    throw S3Refusal(ErrorCode::Fault, text + ")" + advice(error));
  }

  std::string advice(const ServiceError& error) {
    const auto known = std::ranges::find(advices, error.code, &Advice::code);
    if (known == advices.end()) return "";
    const bool onBucket = action_.right == listing.right;
    return "\n" + fmt::format(fmt::runtime(known->text),
                              fmt::arg("credentials", buckets_.session().credentials().source),
                              fmt::arg("right", action_.right), fmt::arg("bucket", printable(bucket_)),
                              fmt::arg("resource", printable(onBucket ? "bucket " + bucket_ : what_)));
  }

  S3::Buckets& buckets_;
  std::string bucket_;
  std::string path_;
  std::string what_;
  const Action& action_;
  Attempts attempts_;
  std::vector<HttpHeader> headers_;
  std::string region_;
  bool redirected_ = false;
  std::unique_ptr<HttpTransfer> transfer_;
};

/// An object's bytes. A connection that breaks is taken up where it stopped: If-Match sees to it that what
/// follows belongs to what came before.
class ObjectReader : public Reader {
 public:
  ObjectReader(S3::Buckets& buckets, const std::string& bucket, const S3Object& object)
      : etag_(object.etag),
        what_(printable(fmt::format("{}/{}", bucket, object.key))),
        request_(buckets, bucket, uriEncode(object.key, /*keepSlash=*/true), what_, getting) {
    begin();
  }

  std::size_t read(char* buffer, std::size_t size) override {
    for (;;) {
      try {
        const std::size_t count = body().read(buffer, size);
        if (count > 0) request_.progressed();
        offset_ += count;
        return count;
      } catch (const HttpFailure& failure) {
        if (!request_.again(failure))
          throw Error(fmt::format("{}{}: {}", getting.verb, what_, text(failure)));
        begin();
      }
    }
  }

 private:
  void begin() {
    std::vector<HttpHeader> headers;
    if (!etag_.empty()) headers.push_back({"If-Match", etag_});
    if (offset_ > 0) headers.push_back({"Range", fmt::format("bytes={}-", offset_)});
    body_ = nullptr;
    request_.begin(std::move(headers));
  }

  HttpTransfer& body() {
    if (body_ != nullptr) return *body_;
    HttpTransfer& transfer = request_.answer();
    if (offset_ > 0) findPlace(transfer);
    body_ = &transfer;
    return transfer;
  }

  /// A server that does not know ranges gives the whole object: what was read already is passed over.
  void findPlace(HttpTransfer& transfer) const {
    const HttpResponse& response = transfer.response();
    if (response.status != 206) return pass(transfer, offset_);
    if (!response.header("content-range").starts_with(fmt::format("bytes {}-", offset_)))
      throw Error(fmt::format("{}{}: S3 goes on at another place than asked for", getting.verb, what_));
  }

  static void pass(HttpTransfer& transfer, std::uint64_t count) {
    std::array<char, 65536> buffer;
    while (count > 0) {
      const std::size_t part = transfer.read(buffer.data(), std::min<std::uint64_t>(count, buffer.size()));
      if (part == 0) throw HttpFailure("The object became shorter");
      count -= part;
    }
  }

  std::string etag_;
  std::string what_;
  std::uint64_t offset_ = 0;  ///< of the next byte to be read
  BucketRequest request_;
  HttpTransfer* body_ = nullptr;
};

std::string fetchPage(BucketRequest& request) {
  request.begin();
  for (;;) {
    try {
      return readBody(request.answer());
    } catch (const HttpFailure& failure) {
      if (!request.again(failure)) throw Error(text(failure));
      request.begin();
    }
  }
}

}  // namespace

S3::S3(Session& session, Addressing addressing) : buckets_(std::make_unique<Buckets>(session, addressing)) {}

S3::~S3() = default;

void S3::list(const std::string& bucket, const std::string& prefix,
              const std::function<void(S3Object&&)>& found) {
  const std::string what = printable(prefix.empty() ? bucket : fmt::format("{}/{}", bucket, prefix));
  std::string token;
  do {
    std::vector<std::pair<std::string, std::string>> parameters = {
        {"list-type", "2"}, {"encoding-type", "url"}, {"prefix", prefix}};
    if (!token.empty()) parameters.emplace_back("continuation-token", token);
    BucketRequest request(*buckets_, bucket, "?" + canonicalQuery(std::move(parameters)), what, listing);
    ListingPage page = parseListing(fetchPage(request));
    for (S3Object& object : page.objects) found(std::move(object));
    if (page.nextToken == token && !token.empty())
      throw Error(fmt::format("Unable to list s3:{}: S3 gives the same page again and again", what));
    token = std::move(page.nextToken);
  } while (!token.empty());
}

std::unique_ptr<Reader> S3::get(const std::string& bucket, const S3Object& object) {
  return std::make_unique<ObjectReader>(*buckets_, bucket, object);
}

}  // namespace whimbrel::aws
