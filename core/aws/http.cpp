#include "core/aws/http.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "core/aws/libcurl.h"
#include "core/certificates.h"
#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel::aws {

namespace {

/// What one transfer holds that was not read yet; the server waits beyond that.
constexpr std::size_t bufferLimit = 256UL * 1024;
/// An answer that is wanted as a whole is never larger than this: a page of 1,000 keys is below 2 MB.
constexpr std::size_t bodyLimit = 16UL * 1024 * 1024;
constexpr std::chrono::milliseconds longestPoll{500};

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct MultiDeleter {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// A line end in a header would begin another one.
void requireOneLine(const HttpHeader& header) {
  if (header.value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
    throw HttpFailure("The header " + header.name + " would have several lines");
}

void append(std::unique_ptr<curl_slist, ListDeleter>& list, const std::string& line) {
  curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(list.release());
  list.reset(longer);
}

}  // namespace

std::string_view HttpResponse::header(std::string_view name) const {
  for (const HttpHeader& header : headers)
    if (asciiLower(header.name) == asciiLower(name)) return header.value;
  return {};
}

class HttpClient::Implementation {
 public:
  Implementation(std::string caBundle, bool (*interrupted)())
      : caBundle_(caBundle.empty() ? trustedCertificates() : std::move(caBundle)), interrupted_(interrupted) {
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (initialised != CURLE_OK) throw Error("libcurl can't be initialised");
    multi_.reset(curl_multi_init());
    if (!multi_) throw std::bad_alloc();
  }

  const std::string& caBundle() const { return caBundle_; }
  CURLM* multi() const { return multi_.get(); }

  /// Lets all requests go on until something has happened, or for `longest`.
  void pump(std::chrono::milliseconds longest = longestPoll);

 private:
  std::string caBundle_;
  bool (*interrupted_)();
  std::unique_ptr<CURLM, MultiDeleter> multi_;
};

namespace {

class Transfer final : public HttpTransfer {
 public:
  template <typename Pump>
  Transfer(const HttpRequest& request, const std::string& caBundle, CURLM* multi, Pump pump)
      : multi_(multi), pump_(std::move(pump)), body_(request.body), easy_(curl_easy_init()) {
    if (!easy_) throw std::bad_alloc();
    configure(request, caBundle);
    curl_multi_add_handle(multi_, easy_.get());
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() override { curl_multi_remove_handle(multi_, easy_.get()); }

  const HttpResponse& response() override {
    while (!headersComplete_ && !done_) pump_();
    if (!headersComplete_) throwFailure();
    return response_;
  }

  std::size_t read(char* buffer, std::size_t size) override {
    while (read_ == received_.size() && !done_) pump_();
    if (read_ == received_.size()) {
      if (result_ != CURLE_OK) throwFailure();
      return 0;
    }
    const std::size_t count = std::string_view(received_).substr(read_).copy(buffer, size);
    read_ += count;
    if (read_ == received_.size()) emptied();
    return count;
  }

  void finish(CURLcode result) {
    done_ = true;
    result_ = result;
    // An answer without a body has no header callback for the end of its headers in some versions.
    if (result == CURLE_OK) headersComplete_ = true;
  }

 private:
  void configure(const HttpRequest& request, const std::string& caBundle) {
    CURL* const easy = easy_.get();
    for (const HttpHeader& header : request.headers) {
      requireOneLine(header);
      append(headers_, header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
    }
    if (!request.body.empty()) append(headers_, "Expect:");
    const auto typed = std::ranges::find_if(
        request.headers, [](const HttpHeader& header) { return asciiLower(header.name) == "content-type"; });
    if (typed == request.headers.end()) append(headers_, "Content-Type:");

    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "whimbrel/" WHIMBREL_VERSION);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (!caBundle.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, caBundle.c_str());
    if (!request.throughProxy) curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connectTimeout.count()));
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(
        easy, CURLOPT_LOW_SPEED_TIME,
        static_cast<long>(std::chrono::ceil<std::chrono::seconds>(request.silenceTimeout).count()));
    if (request.method != "GET" || !body_.empty()) {
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body_.c_str());
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_.size()));
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.get());
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::onHeader);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::onBody);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
  }

  static std::size_t onHeader(char* text, std::size_t, std::size_t size, void* self) {
    static_cast<Transfer*>(self)->addHeader(trim({text, size}));
    return size;
  }

  void addHeader(std::string_view line) {
    if (line.starts_with("HTTP/")) {  // a "100 Continue" or a proxy's answer may come before the real one
      response_ = {};
      headersComplete_ = false;
      curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status_);
      response_.status = static_cast<int>(status_);
    } else if (line.empty()) {
      curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status_);
      response_.status = static_cast<int>(status_);
      headersComplete_ = response_.status >= 200;
    } else {
      const std::string_view name = cutAt(line, ':');
      response_.headers.push_back({std::string(trim(name)), std::string(trim(line))});
    }
  }

  static std::size_t onBody(char* data, std::size_t, std::size_t size, void* self) {
    Transfer& transfer = *static_cast<Transfer*>(self);
    if (transfer.received_.size() - transfer.read_ > bufferLimit) {
      transfer.paused_ = true;
      return CURL_WRITEFUNC_PAUSE;
    }
    transfer.received_.append(data, size);
    return size;
  }

  void emptied() {
    received_.clear();
    read_ = 0;
    if (!std::exchange(paused_, false)) return;
    curl_easy_pause(easy_.get(), CURLPAUSE_CONT);
  }

  [[noreturn]] void throwFailure() const {
    throw HttpFailure(error_[0] != '\0' ? error_ : curl_easy_strerror(result_));
  }

  CURLM* multi_;
  std::function<void()> pump_;
  std::string body_;
  std::unique_ptr<CURL, EasyDeleter> easy_;
  std::unique_ptr<curl_slist, ListDeleter> headers_;
  char error_[CURL_ERROR_SIZE] = {};
  long status_ = 0;
  HttpResponse response_;
  bool headersComplete_ = false;
  std::string received_;
  std::size_t read_ = 0;
  bool paused_ = false;
  bool done_ = false;
  CURLcode result_ = CURLE_OK;
};

}  // namespace

void HttpClient::Implementation::pump(std::chrono::milliseconds longest) {
  if (interrupted_ != nullptr && interrupted_()) throw Interrupted("Interrupted while waiting for AWS");
  // A request that was just begun ends this wait at once.
  curl_multi_poll(multi_.get(), nullptr, 0U, static_cast<int>(longest.count()), nullptr);
  int running = 0;
  curl_multi_perform(multi_.get(), &running);
  int left = 0;
  while (CURLMsg* const message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode result = message->data.result;
    char* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    reinterpret_cast<Transfer*>(transfer)->finish(result);
  }
}

HttpClient::HttpClient(std::string caBundle, bool (*interrupted)())
    : implementation_(std::make_unique<Implementation>(std::move(caBundle), interrupted)) {}

HttpClient::~HttpClient() = default;

std::unique_ptr<HttpTransfer> HttpClient::start(const HttpRequest& request) {
  Implementation& all = *implementation_;
  return std::make_unique<Transfer>(request, all.caBundle(), all.multi(), [&all] { all.pump(); });
}

HttpResponse HttpClient::send(const HttpRequest& request) {
  const std::unique_ptr<HttpTransfer> transfer = start(request);
  HttpResponse response = transfer->response();
  response.body = readBody(*transfer);
  return response;
}

void HttpClient::wait(std::chrono::milliseconds duration) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + duration;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    if (left.count() <= 0) return;
    implementation_->pump(std::min(left, longestPoll));
  }
}

std::string readBody(HttpTransfer& transfer) {
  std::string body;
  std::array<char, 16384> piece;
  while (const std::size_t count = transfer.read(piece.data(), piece.size())) {
    if (body.size() + count > bodyLimit) throw HttpFailure("The answer is too long");
    body.append(piece.data(), count);
  }
  return body;
}

}  // namespace whimbrel::aws
