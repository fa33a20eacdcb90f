#include "drivers/mysql/client_options.h"

#include <errmsg.h>
#include <string_view>
#include <unistd.h>

#include "core/certificates.h"

namespace whimbrel::mysql {

namespace {

/// nullptr where nothing is set, as the client wants it.
const char* orNull(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

#ifdef MARIADB_BASE_VERSION

using ClientFlag = my_bool;

void applyTls(MYSQL* handle, const ConnectOptions& options) {
  // Without a CA this client checks a chain only together with the name, against the system's certificates:
  // stricter than VERIFY_CA asks, and better than not at all.
  const bool verify =
      options.tls == TlsMode::VerifyIdentity || (options.tls == TlsMode::VerifyCa && options.caFile.empty());
  const auto verifyFlag = static_cast<ClientFlag>(verify);
  mysql_options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verifyFlag);
  if (options.tls == TlsMode::Disabled) return;
  const std::string authorities = verify && options.caFile.empty() ? trustedCertificates() : options.caFile;
  mysql_ssl_set(handle, orNull(options.keyFile), orNull(options.certificateFile), orNull(authorities),
                nullptr, nullptr);
  if (options.tls == TlsMode::Preferred) return;
  const ClientFlag enforce = 1;
  mysql_options(handle, MYSQL_OPT_SSL_ENFORCE, &enforce);
}

/// A library that was moved, as those of a package that carries its own, has its plugins still beside it.
void applyPlugins(MYSQL* handle) {
  const std::string plugins = client.folder("mysql_init") + "/libmariadb3/plugin";
  if (access(plugins.c_str(), X_OK) == 0) mysql_options(handle, MYSQL_PLUGIN_DIR, plugins.c_str());
}

// This client asks the server for its RSA key whenever it needs it, and has no option against that.
void applyKeyRetrieval(MYSQL*, const ConnectOptions&) {}

#else

using ClientFlag = bool;

void applyPlugins(MYSQL*) {}

unsigned sslMode(TlsMode mode) {
  switch (mode) {
    case TlsMode::Disabled:
      return SSL_MODE_DISABLED;
    case TlsMode::Preferred:
      return SSL_MODE_PREFERRED;
    case TlsMode::Required:
      return SSL_MODE_REQUIRED;
    case TlsMode::VerifyCa:
      return SSL_MODE_VERIFY_CA;
    case TlsMode::VerifyIdentity:
      break;
  }
  return SSL_MODE_VERIFY_IDENTITY;
}

void applyTls(MYSQL* handle, const ConnectOptions& options) {
  const unsigned mode = sslMode(options.tls);
  mysql_options(handle, MYSQL_OPT_SSL_MODE, &mode);
  mysql_options(handle, MYSQL_OPT_SSL_CA, orNull(options.caFile));
  mysql_options(handle, MYSQL_OPT_SSL_CERT, orNull(options.certificateFile));
  mysql_options(handle, MYSQL_OPT_SSL_KEY, orNull(options.keyFile));
}

void applyKeyRetrieval(MYSQL* handle, const ConnectOptions& options) {
  const ClientFlag fetch = options.fetchServerPublicKey;
  mysql_options(handle, MYSQL_OPT_GET_SERVER_PUBLIC_KEY, &fetch);
}

#endif

void applyTimeouts(MYSQL* handle, const ConnectOptions& options) {
  if (options.connectTimeout > 0) mysql_options(handle, MYSQL_OPT_CONNECT_TIMEOUT, &options.connectTimeout);
  if (options.socketTimeout == 0) return;
  mysql_options(handle, MYSQL_OPT_READ_TIMEOUT, &options.socketTimeout);
  mysql_options(handle, MYSQL_OPT_WRITE_TIMEOUT, &options.socketTimeout);
}

}  // namespace

void applyOptions(MYSQL* handle, const ConnectOptions& options) {
  constexpr unsigned long largestPacket = 1UL << 30U;
  // "localhost" is a host like any other for the Java drivers, not the socket that the C client would look
  // for.
  const unsigned protocol = options.localSocket.empty() ? MYSQL_PROTOCOL_TCP : MYSQL_PROTOCOL_SOCKET;
  const unsigned localInfile = options.localInfile ? 1 : 0;
  mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  mysql_options(handle, MYSQL_OPT_PROTOCOL, &protocol);
  mysql_options(handle, MYSQL_OPT_MAX_ALLOWED_PACKET, &largestPacket);
  mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &localInfile);
  mysql_options4(handle, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "whimbrel");
  if (options.compress) mysql_options(handle, MYSQL_OPT_COMPRESS, nullptr);
  if (!options.serverPublicKeyFile.empty())
    mysql_options(handle, MYSQL_SERVER_PUBLIC_KEY, options.serverPublicKeyFile.c_str());
  if (!options.tlsVersions.empty()) mysql_options(handle, MYSQL_OPT_TLS_VERSION, options.tlsVersions.c_str());
  applyPlugins(handle);
  applyTimeouts(handle, options);
  applyTls(handle, options);
  applyKeyRetrieval(handle, options);
}

}  // namespace whimbrel::mysql
