// Where this host keeps the certificates of the authorities that it trusts. Libraries that come with the
// program were built for Debian's place, which other distributions do not have.
#pragma once

#include <string>

namespace whimbrel {

/// The file that SSL_CERT_FILE names, else the host's; empty when none is found.
std::string trustedCertificates();

}  // namespace whimbrel
