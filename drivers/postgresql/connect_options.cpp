#include "drivers/postgresql/connect_options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "core/config/configuration.h"
#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel::postgresql {

namespace {

struct Word {
  std::string_view java;
  std::string_view libpq;
};

// Letter case does not matter.
constexpr std::array sslModes = {
    Word{"disable", "disable"}, Word{"allow", "allow"},         Word{"prefer", "prefer"},
    Word{"require", "require"}, Word{"verify-ca", "verify-ca"}, Word{"verify-full", "verify-full"},
};

// A preferred secondary is no requirement, and migrations write.
constexpr std::array serverTypes = {
    Word{"any", "any"},
    Word{"primary", "primary"},
    Word{"master", "primary"},
    Word{"secondary", "standby"},
    Word{"slave", "standby"},
    Word{"preferPrimary", "any"},
    Word{"preferSecondary", "any"},
    Word{"preferSlave", "any"},
};

// Handed on as they are.
constexpr std::array passedOn = {
    Word{"sslrootcert", "sslrootcert"},
    Word{"sslcert", "sslcert"},
    Word{"sslkey", "sslkey"},
    Word{"sslpassword", "sslpassword"},
    Word{"gssEncMode", "gssencmode"},
    Word{"options", "options"},
    Word{"kerberosServerName", "krbsrvname"},
    Word{"channelBinding", "channel_binding"},
    Word{"service", "service"},
};

// Properties that need no word: what they ask for is so anyway, or only matters to a Java program. Statements
// are sent as text, one by one; there are no pools, caches or types of a programming language.
constexpr std::array<std::string_view, 43> harmless = {
    "adaptiveFetch",
    "adaptiveFetchMaximum",
    "adaptiveFetchMinimum",
    "allowEncodingChanges",
    "assumeMinServerVersion",
    "authenticationPluginClassName",
    "autosave",
    "binaryTransfer",
    "binaryTransferDisable",
    "binaryTransferEnable",
    "cancelSignalTimeout",
    "cleanupSavepoints",
    "databaseMetadataCacheFields",
    "databaseMetadataCacheFieldsMiB",
    "defaultRowFetchSize",
    "disableColumnSanitiser",
    "escapeSyntaxCallMode",
    "gssResponseTimeout",
    "hideUnprivilegedObjects",
    "hostRecheckSeconds",
    "jaasApplicationName",
    "jaasLogin",
    "loadBalanceHosts",
    "logServerErrorDetail",
    "logUnclosedConnections",
    "loggerFile",
    "loggerLevel",
    "maxResultBuffer",
    "preferQueryMode",
    "preparedStatementCacheQueries",
    "preparedStatementCacheSizeMiB",
    "prepareThreshold",
    "protocolVersion",
    "quoteReturningIdentifiers",
    "readOnlyMode",
    "receiveBufferSize",
    "reWriteBatchedInserts",
    "sendBufferSize",
    "sslNegotiation",
    "stringtype",
    "tcpKeepAlive",
    "tcpNoDelay",
    "unknownLength",
};

/// The properties of the URL and of the configuration.
class Properties {
 public:
  Properties(std::map<std::string, std::string> values, const std::map<std::string, std::string>& more)
      : values_(std::move(values)) {
    for (const auto& [name, value] : more) values_[name] = value;
  }

  /// Takes the property out, so that those nobody asked for are left.
  std::optional<std::string> text(std::string_view name) {
    auto node = values_.extract(std::string(name));
    if (node.empty()) return std::nullopt;
    return std::move(node.mapped());
  }

  std::optional<int> number(std::string_view name) {
    const std::optional<std::string> value = text(name);
    if (!value) return std::nullopt;
    int number = 0;
    const char* const end = value->data() + value->size();
    const auto [stop, error] = std::from_chars(value->data(), end, number);
    if (error != std::errc() || stop != end)
      throw SqlError(fmt::format("{} parameter value must be an integer but was: {}", name, *value), "22023",
                     0);
    return std::max(number, 0);
  }

  /// What libpq calls the property's value; throws for a value that is none of the words.
  template <std::size_t Count>
  std::optional<std::string> word(std::string_view name, const std::array<Word, Count>& words) {
    const std::optional<std::string> value = text(name);
    if (!value) return std::nullopt;
    for (const Word& word : words)
      if (asciiLower(word.java) == asciiLower(*value)) return std::string(word.libpq);
    throw SqlError(fmt::format("Invalid {} value: {}", name, *value), "08001", 0);
  }

  const std::map<std::string, std::string>& left() const { return values_; }

 private:
  std::map<std::string, std::string> values_;
};

/// Certificates that only Java sees must not silently become others.
void refuseJavaOnly(const std::string& factory) {
  constexpr std::string_view usual = "org.postgresql.ssl.LibPQFactory";
  constexpr std::string_view usualOfJdbc4 = "org.postgresql.ssl.jdbc4.LibPQFactory";
  if (factory.empty() || factory == usual || factory == usualOfJdbc4) return;
  throw Error(ErrorCode::Configuration,
              fmt::format("The connection property 'sslfactory' needs Java and can't be honoured: {}. Give "
                          "certificates as PEM files: sslrootcert, sslcert, sslkey",
                          factory));
}

/// `ssl` alone means to verify everything, but with the factory that verifies nothing.
std::optional<std::string> sslMode(Properties& properties) {
  std::optional<std::string> mode = properties.word("sslmode", sslModes);
  const std::optional<std::string> ssl = properties.text("ssl");
  const std::string factory = properties.text("sslfactory").value_or("");
  const bool used = ssl && (ssl->empty() || asciiLower(*ssl) == "true");
  const bool nothingVerified = factory.ends_with(".NonValidatingFactory");
  if (nothingVerified && (used || mode)) return mode == "disable" ? mode : "require";
  if (used || mode) refuseJavaOnly(factory);
  if (mode) return mode;
  return used ? std::optional<std::string>("verify-full") : std::nullopt;
}

/// `postgresql:///db?host=/run/postgresql`, as libpq's own URLs have it: a folder is that of a UNIX socket.
void addressByProperties(Properties& properties, std::vector<ServerAddress>& addresses) {
  if (std::optional<std::string> host = properties.text("host")) {
    addresses.resize(1);
    addresses.front().host = *std::move(host);
  }
  const std::optional<int> port = properties.number("port");
  if (!port) return;
  addresses.resize(std::max<std::size_t>(addresses.size(), 1));
  if (*port < 1 || *port > 65535) throw SqlError(fmt::format("Invalid port value: {}", *port), "08001", 0);
  addresses.front().port = static_cast<std::uint16_t>(*port);
}

/// Whoever reads a token can log in with it, so it goes to a server that is verified unless the URL says how
/// far to trust it.
std::string sslModeForTokens(const std::optional<std::string>& configured) {
  if (configured == "disable")
    throw Error(ErrorCode::Configuration,
                "awsIamAuthentication sends a token that works as a password and so needs TLS, which the URL "
                "switches off. Set sslmode=verify-full");
  const bool isTrust = configured == "require" || configured == "verify-ca";
  return isTrust ? *configured : "verify-full";
}

std::string requireUser(const std::optional<std::string>& user) {
  if (user && !user->empty()) return *user;
  throw Error(ErrorCode::Configuration, "awsIamAuthentication needs a user");
}

void warnOfUnknown(const Properties& properties, Log* log) {
  std::vector<std::string> unknown;
  for (const auto& [name, value] : properties.left())
    if (std::ranges::find(harmless, name) == harmless.end()) unknown.push_back(name);
  if (log != nullptr && !unknown.empty())
    log->warn("Connection properties that mean nothing here: " + join(unknown, ", "));
}

}  // namespace

ConnectOptions connectOptions(const ConnectionSettings& settings) {
  std::optional<Url> url = parseUrl(settings.url);
  if (!url) throw Error(fmt::format("Unable to connect to {}", redactUrl(settings.url)));
  Properties properties(std::move(url->properties), settings.jdbcProperties);
  ConnectOptions options;
  const auto set = [&](std::string_view name, std::optional<std::string> value) {
    if (value) options.parameters.emplace_back(name, *std::move(value));
  };
  const auto firstOf = [](const std::optional<std::string>& property, const std::optional<std::string>& inUrl,
                          const std::optional<std::string>& key) {
    return property ? property : inUrl ? inUrl : key;
  };
  options.addresses = std::move(url->addresses);
  addressByProperties(properties, options.addresses);
  options.namesServer = !options.addresses.empty();
  if (!options.namesServer) options.addresses.emplace_back();
  if (!url->database.empty()) set("dbname", std::move(url->database));
  const std::optional<std::string> user = firstOf(properties.text("user"), url->user, settings.user);
  const std::optional<std::string> password =
      firstOf(properties.text("password"), url->password, settings.password);
  set("user", user);
  options.makeToken = settings.makeToken;
  if (options.makeToken)
    options.user = requireUser(user);
  else
    set("password", password);
  set("application_name", properties.text("ApplicationName").value_or("whimbrel"));
  const std::optional<std::string> mode = sslMode(properties);
  set("sslmode", options.makeToken ? sslModeForTokens(mode) : mode);
  set("target_session_attrs", properties.word("targetServerType", serverTypes));
  for (const Word& name : passedOn) set(name.libpq, properties.text(name.java));
  options.searchPath = properties.text("currentSchema").value_or("");
  options.connectTimeout = properties.number("connectTimeout").value_or(options.connectTimeout);
  options.loginTimeout = properties.number("loginTimeout").value_or(options.loginTimeout);
  options.socketTimeout = properties.number("socketTimeout").value_or(0);
  // Sending, too, is to end when the network is gone.
  if (options.socketTimeout > 0) set("tcp_user_timeout", fmt::format("{}000", options.socketTimeout));
  warnOfUnknown(properties, settings.propertyLog);
  return options;
}

}  // namespace whimbrel::postgresql
