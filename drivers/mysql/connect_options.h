// What a JDBC URL, its properties and the configuration ask of a connection, in terms of the C client. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/database.h"
#include "drivers/mysql/mysql_url.h"

namespace whimbrel::mysql {

/// From none to the strictest; each includes what the one before it asks. Preferred takes TLS if the server
/// offers it.
enum class TlsMode { Disabled, Preferred, Required, VerifyCa, VerifyIdentity };

struct ConnectOptions {
  JavaDriver driver = JavaDriver::MySql;
  std::vector<ServerAddress> addresses;
  std::string localSocket;  ///< path of a UNIX socket; used instead of the addresses when not empty
  std::string database;
  std::optional<std::string> user;
  std::optional<std::string> password;
  MakeToken makeToken;  ///< used instead of the password when there is one

  TlsMode tls = TlsMode::Preferred;
  std::string caFile;  ///< PEM, as all files here
  std::string certificateFile;
  std::string keyFile;
  std::string tlsVersions;            ///< "TLSv1.2,TLSv1.3"
  std::string serverPublicKeyFile;    ///< the server's RSA key for passwords that travel without TLS
  bool fetchServerPublicKey = false;  ///< honoured by Oracle's client alone; MariaDB's always fetches it

  unsigned connectTimeout = 0;   ///< seconds, 0 is none
  unsigned socketTimeout = 0;    ///< seconds, 0 is none
  std::string sessionVariables;  ///< assignments as they stand in a SET statement
  bool createDatabase = false;
  bool compress = false;
  bool localInfile = false;
  bool multiStatements = false;
};

/// Throws SqlError with the Java driver's text for a value it would refuse, and Error for a property that
/// security depends on and that only Java can honour. Properties nobody knows are named in a debug line.
ConnectOptions connectOptions(const ConnectionSettings& settings);

}  // namespace whimbrel::mysql
