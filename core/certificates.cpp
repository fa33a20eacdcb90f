#include "core/certificates.h"

#include <cstdlib>
#include <unistd.h>

namespace whimbrel {

namespace {

constexpr const char* places[] = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Alpine, Arch
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Amazon Linux, RHEL, Fedora
    "/etc/pki/tls/certs/ca-bundle.crt",                   // older ones of these
    "/etc/ssl/ca-bundle.pem",                             // SUSE
};

}  // namespace

std::string trustedCertificates() {
  if (const char* const file = std::getenv("SSL_CERT_FILE"); file != nullptr && *file != '\0') return file;
  for (const char* const file : places)
    if (access(file, R_OK) == 0) return file;
  return "";
}

}  // namespace whimbrel
