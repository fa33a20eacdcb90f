// The functions of OpenSSL that are called here; see core/client_library.h. WHIMBREL_LIBCRYPTO is its file
// name.
#pragma once

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "core/client_library.h"

namespace whimbrel::aws {

inline ClientLibrary libcrypto{WHIMBREL_LIBCRYPTO, "Access to AWS"};

inline const LazyFunction<decltype(::EVP_Digest)> EVP_Digest{libcrypto, "EVP_Digest"};
inline const LazyFunction<decltype(::EVP_sha256)> EVP_sha256{libcrypto, "EVP_sha256"};
inline const LazyFunction<decltype(::HMAC)> HMAC{libcrypto, "HMAC"};

}  // namespace whimbrel::aws
