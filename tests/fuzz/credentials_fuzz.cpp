// Where the keys and secrets of AWS come from: JSON of the instance, of containers, programs and Secrets
// Manager, and the profile files. An Error that tells nothing of them, or an answer.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/aws/credential_document.h"
#include "core/aws/shared_config.h"
#include "core/error.h"
#include "core/secrets/secret_fields.h"

namespace {

using namespace whimbrel;

constexpr std::string_view secret = "gEhEiM";  // in inputs, a text that no message may show

enum class Message { MayQuote, MustHide };

template <typename Read>
void attempt(Message message, const Read& read) {
  try {
    read();
  } catch (const Error& error) {
    if (message == Message::MayQuote) return;
    if (error.message().find(secret) != std::string::npos) std::abort();
    for (const std::string& cause : error.causes())
      if (cause.find(secret) != std::string::npos) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const char* const tokenName : {"Token", "SessionToken"})
    attempt(Message::MayQuote, [&] {  // an Expiration that is no time
      const aws::Credentials credentials = aws::readCredentialDocument(text, tokenName, "here");
      if (credentials.accessKeyId.empty() || credentials.secretAccessKey.empty()) std::abort();
    });
  for (const std::string_view field : {"username", "password", "port"})
    attempt(Message::MustHide, [&] { secretField(text, field); });
  attempt(Message::MustHide, [&] { aws::readProfileFile(text, "config"); });
  aws::parseTimestamp(text);
  return 0;
}
