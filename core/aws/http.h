// HTTP as AWS needs it: exactly the bytes that were signed, no redirects followed, TLS verified, any number
// of requests under way at once on one thread, and bodies of any size as a stream. By libcurl.
#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/text/reader.h"

namespace whimbrel::aws {

struct HttpHeader {
  std::string name;
  std::string value;
};

struct HttpRequest {
  std::string method = "GET";
  std::string url = {};  ///< sent as it is: path and query already encoded
  std::vector<HttpHeader> headers = {};
  std::string body = {};
  std::chrono::milliseconds connectTimeout{5000};
  std::chrono::milliseconds silenceTimeout{30000};  ///< without a single byte
  bool throughProxy = true;                         ///< false for the services that hand out credentials
};

struct HttpResponse {
  int status = 0;
  std::vector<HttpHeader> headers;
  std::string body;

  /// Letter case does not matter; empty when there is none.
  std::string_view header(std::string_view name) const;
};

/// No answer, or one that broke off: refused, unknown host, TLS failure, time-out, a body that is too short.
class HttpFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The run was asked to stop while it waited for an answer.
class Interrupted : public Error {
 public:
  using Error::Error;
};

/// A request under way. Reading pumps all requests of the same client.
class HttpTransfer : public Reader {
 public:
  /// Waits for the status line and headers; the body is not in it. Throws HttpFailure.
  virtual const HttpResponse& response() = 0;
  /// The body's next bytes. Throws HttpFailure, also when it ends before Content-Length.
  std::size_t read(char* buffer, std::size_t size) override = 0;
};

/// All that is left of the body of an answer that is wanted as a whole. Throws HttpFailure, also when it is
/// longer than any such answer is.
std::string readBody(HttpTransfer& transfer);

class HttpClient {
 public:
  /// `caBundle` is a PEM file that is trusted instead of the system's authorities; empty: the system's.
  /// `interrupted` is asked while waiting; when it says true, Interrupted is thrown.
  explicit HttpClient(std::string caBundle, bool (*interrupted)() = nullptr);
  ~HttpClient();

  /// Waits for the whole answer, whatever its status is. Throws HttpFailure.
  HttpResponse send(const HttpRequest& request);
  /// Begins a request and returns at once. The transfer must not outlive the client.
  std::unique_ptr<HttpTransfer> start(const HttpRequest& request);
  /// Lets the requests that are under way go on for this long.
  void wait(std::chrono::milliseconds duration);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace whimbrel::aws
