#include "drivers/mysql/connect_options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel::mysql {

namespace {

struct TlsWord {
  std::string_view word;
  TlsMode mode;
};

// Connector/J's words, then those of MariaDB's driver since 3.0. Case does not matter.
constexpr std::array tlsWords = {
    TlsWord{"disabled", TlsMode::Disabled},
    TlsWord{"preferred", TlsMode::Preferred},
    TlsWord{"required", TlsMode::Required},
    TlsWord{"verify_ca", TlsMode::VerifyCa},
    TlsWord{"verify_identity", TlsMode::VerifyIdentity},
    TlsWord{"disable", TlsMode::Disabled},
    TlsWord{"trust", TlsMode::Required},
    TlsWord{"verify-ca", TlsMode::VerifyCa},
    TlsWord{"verify-full", TlsMode::VerifyIdentity},
};

// TLS material in Java key stores or with Java's cipher names. To go on without it would be less safe than
// what was asked for.
constexpr auto javaOnly = std::to_array<std::string_view>(
    {"trustcertificatekeystoreurl", "clientcertificatekeystoreurl", "truststore", "keystore",
     "enabledsslciphersuites", "tlsciphersuites", "credentialtype", "serversslcertificatefingerprint"});

// Properties that need no word: what they ask for is so anyway, or only matters to a Java program. The
// protocol is always UTF-8, statements are sent one by one as text, there is no pool and no cache, and the
// login comes from elsewhere.
constexpr auto harmless = std::to_array<std::string_view>({"autoreconnect",
                                                           "autoreconnectforpools",
                                                           "cachecallablestmts",
                                                           "cacheprepstmts",
                                                           "cacheresultsetmetadata",
                                                           "cacheserverconfiguration",
                                                           "characterencoding",
                                                           "characterset",
                                                           "charactersetresults",
                                                           "clobcharacterencoding",
                                                           "connectioncollation",
                                                           "connectiontimezone",
                                                           "defaultfetchsize",
                                                           "elidesetautocommits",
                                                           "emptystringsconverttozero",
                                                           "failoverreadonly",
                                                           "forceconnectiontimezonetosession",
                                                           "generatesimpleparametermetadata",
                                                           "jdbccompliantruncation",
                                                           "maintaintimestats",
                                                           "maxreconnects",
                                                           "nulldatabasemeanscurrent",
                                                           "passwordcharacterencoding",
                                                           "permitmysqlscheme",
                                                           "prepstmtcachesize",
                                                           "prepstmtcachesqllimit",
                                                           "rewritebatchedstatements",
                                                           "servertimezone",
                                                           "tcpkeepalive",
                                                           "tcpnodelay",
                                                           "tinyint1isbit",
                                                           "usebatchmultisend",
                                                           "usebulkstmts",
                                                           "usejdbccomplianttimezoneshift",
                                                           "uselegacydatetimecode",
                                                           "uselocalsessionstate",
                                                           "useoldaliasmetadatabehavior",
                                                           "useserverprepstmts",
                                                           "useunicode",
                                                           "zerodatetimebehavior"});

bool contains(const auto& names, std::string_view name) {
  return std::ranges::find(names, asciiLower(name)) != names.end();
}

/// The properties of the URL and of the configuration, with the reading of values that each Java driver has.
class Properties {
 public:
  Properties(JavaDriver driver, UrlProperties values, const std::map<std::string, std::string>& more)
      : driver_(driver), values_(std::move(values)) {
    for (const auto& [name, value] : more) values_[name] = value;
  }

  /// Takes the property out, so that those nobody asked for are left. `name` is spelt as in the
  /// documentation.
  std::optional<std::string> text(std::string_view name) {
    auto node = values_.extract(std::string(name));
    if (node.empty()) return std::nullopt;
    return std::move(node.mapped());
  }

  std::optional<bool> flag(std::string_view name) {
    const std::optional<std::string> value = text(name);
    if (!value) return std::nullopt;
    const std::string word = asciiLower(*value);
    const bool mysql = driver_ == JavaDriver::MySql;
    if (word == "true" || word == (mysql ? "yes" : "1")) return true;
    if (word == "false" || word == (mysql ? "no" : "0")) return false;
    if (mysql)
      throw badValue(
          fmt::format("The connection property '{}' acceptable values are: 'TRUE', 'FALSE', 'YES' or 'NO'. "
                      "The value '{}' is not acceptable.",
                      name, *value));
    throw badValue(
        fmt::format("Optional parameter {} must be boolean (true/false or 0/1) was \"{}\"", name, *value));
  }

  /// Milliseconds as whole seconds, rounded up so that a short timeout does not become none.
  std::optional<unsigned> seconds(std::string_view name) {
    const std::optional<std::string> value = text(name);
    if (!value) return std::nullopt;
    unsigned milliseconds = 0;
    const char* const end = value->data() + value->size();
    const auto [stop, error] = std::from_chars(value->data(), end, milliseconds);
    if (error == std::errc() && stop == end) return milliseconds / 1000 + (milliseconds % 1000 != 0 ? 1 : 0);
    if (driver_ == JavaDriver::MySql)
      throw badValue(
          fmt::format("The connection property '{}' only accepts integer values. The value '{}' can not be "
                      "converted to an integer.",
                      name, *value));
    throw badValue(fmt::format("Optional parameter {} must be Integer, was \"{}\"", name, *value));
  }

  SqlError badValue(const std::string& message) const {
    if (driver_ == JavaDriver::MySql) return {message, "S1009", 0};
    return {"error parsing url : " + message, std::nullopt, 0};
  }

  const UrlProperties& left() const { return values_; }

 private:
  JavaDriver driver_;
  UrlProperties values_;
};

TlsMode tlsOfWord(const Properties& properties, const std::string& value) {
  const std::string word = asciiLower(value);
  const auto found = std::ranges::find(tlsWords, word, &TlsWord::word);
  if (found != tlsWords.end()) return found->mode;
  // MariaDB's driver 2 does not look at sslMode; whoever sets it means something, so a wrong word is told
  // there, too.
  throw properties.badValue(fmt::format(
      "The connection property 'sslMode' acceptable values are: 'DISABLED', 'PREFERRED', 'REQUIRED', "
      "'VERIFY_CA' or 'VERIFY_IDENTITY'. The value '{}' is not acceptable.",
      value));
}

TlsMode mysqlTls(Properties& properties) {
  const bool use = properties.flag("useSSL").value_or(true);
  const bool require = properties.flag("requireSSL").value_or(false);
  const bool verify = properties.flag("verifyServerCertificate").value_or(false);
  if (!use) return TlsMode::Disabled;
  if (verify) return TlsMode::VerifyCa;
  return require ? TlsMode::Required : TlsMode::Preferred;
}

TlsMode mariadbTls(Properties& properties) {
  const bool use = properties.flag("useSsl").value_or(false);
  const bool trust = properties.flag("trustServerCertificate").value_or(false);
  const bool anyName = properties.flag("disableSslHostnameVerification").value_or(false);
  if (!use) return TlsMode::Disabled;
  if (trust) return TlsMode::Required;
  return anyName ? TlsMode::VerifyCa : TlsMode::VerifyIdentity;
}

bool tlsIsConfigured(const Properties& properties) {
  constexpr auto names = std::to_array<std::string_view>({"sslmode", "usessl"});
  return std::ranges::any_of(properties.left(),
                             [&](const auto& property) { return contains(names, property.first); });
}

TlsMode tlsMode(JavaDriver driver, Properties& properties) {
  const TlsMode byFlags = driver == JavaDriver::MySql ? mysqlTls(properties) : mariadbTls(properties);
  const std::optional<std::string> word = properties.text("sslMode");
  return word ? tlsOfWord(properties, *word) : byFlags;
}

/// The path of a PEM file; "file:" before it is Java's way to say the same.
std::string pemFile(Properties& properties, std::string_view name) {
  std::string path = properties.text(name).value_or("");
  if (path.starts_with("file://")) path.erase(0, 7);
  if (path.starts_with("file:")) path.erase(0, 5);
  if (path.starts_with("classpath:") || path.starts_with("-----BEGIN"))
    throw Error(ErrorCode::Configuration,
                fmt::format("The connection property '{}' must be the path of a PEM file", name));
  return path;
}

/// Whoever reads a token can log in with it, so it goes to a server that is verified unless the URL says how
/// far to trust it.
TlsMode tlsForTokens(TlsMode configured, bool isConfigured) {
  if (isConfigured && configured == TlsMode::Disabled)
    throw Error(ErrorCode::Configuration,
                "awsIamAuthentication sends a token that works as a password and so needs TLS, which the URL "
                "switches off. Set sslMode=VERIFY_IDENTITY");
  return configured >= TlsMode::Required ? configured : TlsMode::VerifyIdentity;
}

void refuseJavaOnly(const Properties& properties) {
  for (const auto& [name, value] : properties.left())
    if (contains(javaOnly, name) && !value.empty())
      throw Error(
          ErrorCode::Configuration,
          fmt::format(
              "The connection property '{}' needs Java and can't be honoured. Give certificates as PEM "
              "files: serverSslCert, clientSslCert, clientSslKey",
              name));
}

void warnOfUnknown(const Properties& properties, Log* log) {
  std::vector<std::string> unknown;
  for (const auto& [name, value] : properties.left())
    if (!contains(harmless, name)) unknown.push_back(name);
  if (log != nullptr && !unknown.empty())
    log->warn("Connection properties that mean nothing here: " + join(unknown, ", "));
}

}  // namespace

ConnectOptions connectOptions(const ConnectionSettings& settings) {
  Url url = parseUrl(settings.url);
  Properties properties(url.driver, std::move(url.properties), settings.jdbcProperties);
  const auto firstOf = [](const std::optional<std::string>& key, const std::optional<std::string>& property,
                          const std::optional<std::string>& inUrl) {
    return key ? key : property ? property : inUrl;
  };
  const bool mariadb = url.driver == JavaDriver::MariaDb;
  ConnectOptions options;
  options.driver = url.driver;
  options.addresses = std::move(url.addresses);
  options.localSocket = properties.text("localSocket").value_or("");
  options.database = std::move(url.database);
  options.user = firstOf(settings.user, properties.text("user"), url.user);
  options.password = firstOf(settings.password, properties.text("password"), url.password);
  options.makeToken = settings.makeToken;
  const bool isConfigured = tlsIsConfigured(properties);
  options.tls = tlsMode(url.driver, properties);
  if (options.makeToken) options.tls = tlsForTokens(options.tls, isConfigured);
  if (options.tls != TlsMode::Disabled) refuseJavaOnly(properties);
  options.caFile = pemFile(properties, "serverSslCert");
  options.certificateFile = pemFile(properties, "clientSslCert");
  options.keyFile = pemFile(properties, "clientSslKey");
  options.tlsVersions = properties.text(mariadb ? "enabledSslProtocolSuites" : "tlsVersions").value_or("");
  if (options.tlsVersions.empty()) options.tlsVersions = properties.text("enabledTLSProtocols").value_or("");
  options.serverPublicKeyFile = pemFile(properties, "serverRSAPublicKeyFile");
  options.fetchServerPublicKey = properties.flag("allowPublicKeyRetrieval").value_or(false);
  options.connectTimeout = properties.seconds("connectTimeout").value_or(mariadb ? 30 : 0);
  options.socketTimeout = properties.seconds("socketTimeout").value_or(0);
  options.sessionVariables = properties.text("sessionVariables").value_or("");
  options.createDatabase = properties.flag("createDatabaseIfNotExist").value_or(false);
  options.compress = properties.flag("useCompression").value_or(false);
  options.localInfile = properties.flag("allowLoadLocalInfile").value_or(false);
  options.multiStatements = properties.flag("allowMultiQueries").value_or(false);
  warnOfUnknown(properties, settings.propertyLog);
  return options;
}

}  // namespace whimbrel::mysql
