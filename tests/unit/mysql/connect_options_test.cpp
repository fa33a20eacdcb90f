// spec/configuration.md section 11.
#include "drivers/mysql/connect_options.h"

#include <doctest/doctest.h>

#include "core/error.h"

using namespace whimbrel;
using mysql::TlsMode;

namespace {

mysql::ConnectOptions optionsOf(const std::string& url) {
  ConnectionSettings settings;
  settings.url = url;
  return mysql::connectOptions(settings);
}

std::string refusal(const std::string& url) {
  try {
    optionsOf(url);
  } catch (const SqlError& error) {
    return error.sqlState.value_or("null") + " " + error.what();
  } catch (const Error& error) {
    return error.message();
  }
  return "accepted";
}

class WarningLog : public Log {
 public:
  void debug(std::string_view) override {}
  void info(std::string_view) override {}
  void warn(std::string_view text) override { lines += std::string(text) + "\n"; }
  void error(std::string_view) override {}
  bool debugs() const override { return false; }
  std::string lines;
};

}  // namespace

TEST_CASE("the TLS mode follows from the properties of each driver") {
  struct Case {
    std::string url;
    TlsMode mode;
  };
  const Case cases[] = {
      {"jdbc:mysql://h/x", TlsMode::Preferred},
      {"jdbc:mysql://h/x?useSSL=false", TlsMode::Disabled},
      {"jdbc:mysql://h/x?useSSL=no&requireSSL=true", TlsMode::Disabled},
      {"jdbc:mysql://h/x?useSSL=TRUE", TlsMode::Preferred},
      {"jdbc:mysql://h/x?useSSL=true&requireSSL=yes", TlsMode::Required},
      {"jdbc:mysql://h/x?useSSL=true&verifyServerCertificate=true", TlsMode::VerifyCa},
      {"jdbc:mysql://h/x?sslMode=DISABLED", TlsMode::Disabled},
      {"jdbc:mysql://h/x?sslMode=preferred", TlsMode::Preferred},
      {"jdbc:mysql://h/x?sslMode=REQUIRED&useSSL=false", TlsMode::Required},
      {"jdbc:mysql://h/x?sslMode=VERIFY_CA", TlsMode::VerifyCa},
      {"jdbc:mysql://h/x?sslMode=VERIFY_IDENTITY", TlsMode::VerifyIdentity},
      {"jdbc:mariadb://h/x", TlsMode::Disabled},
      {"jdbc:mariadb://h/x?useSsl=true", TlsMode::VerifyIdentity},
      {"jdbc:mariadb://h/x?useSSL=1", TlsMode::VerifyIdentity},
      {"jdbc:mariadb://h/x?useSsl=false", TlsMode::Disabled},
      {"jdbc:mariadb://h/x?useSsl=true&trustServerCertificate=true", TlsMode::Required},
      {"jdbc:mariadb://h/x?useSsl=true&disableSslHostnameVerification=true", TlsMode::VerifyCa},
      {"jdbc:mariadb://h/x?sslMode=disable", TlsMode::Disabled},
      {"jdbc:mariadb://h/x?sslMode=trust", TlsMode::Required},
      {"jdbc:mariadb://h/x?sslMode=verify-ca", TlsMode::VerifyCa},
      {"jdbc:mariadb://h/x?sslMode=verify-full", TlsMode::VerifyIdentity},
  };
  for (const Case& c : cases) {
    CAPTURE(c.url);
    CHECK(optionsOf(c.url).tls == c.mode);
  }
}

TEST_CASE("values that the Java driver refuses are refused in its words") {
  CHECK(refusal("jdbc:mysql://h/x?sslMode=bogus") ==
        "S1009 The connection property 'sslMode' acceptable values are: 'DISABLED', 'PREFERRED', 'REQUIRED', "
        "'VERIFY_CA' or 'VERIFY_IDENTITY'. The value 'bogus' is not acceptable.");
  CHECK(refusal("jdbc:mysql://h/x?useSSL=maybe") ==
        "S1009 The connection property 'useSSL' acceptable values are: 'TRUE', 'FALSE', 'YES' or 'NO'. The "
        "value "
        "'maybe' is not acceptable.");
  CHECK(refusal("jdbc:mysql://h/x?connectTimeout=abc") ==
        "S1009 The connection property 'connectTimeout' only accepts integer values. The value 'abc' can not "
        "be "
        "converted to an integer.");
  CHECK(refusal("jdbc:mariadb://h/x?connectTimeout=abc") ==
        "null error parsing url : Optional parameter connectTimeout must be Integer, was \"abc\"");
  CHECK(
      refusal("jdbc:mariadb://h/x?useSsl=maybe") ==
      "null error parsing url : Optional parameter useSsl must be boolean (true/false or 0/1) was \"maybe\"");
}

TEST_CASE("what security depends on and only Java can do is refused") {
  for (const char* name : {"trustCertificateKeyStoreUrl", "clientCertificateKeyStoreUrl", "trustStore",
                           "keyStore", "enabledSslCipherSuites"}) {
    const std::string text = refusal(std::string("jdbc:mysql://h/x?") + name + "=file:store");
    CAPTURE(name);
    CHECK(text.find("needs Java and can't be honoured") != std::string::npos);
    CHECK(text.find("serverSslCert") != std::string::npos);
  }
  CHECK(refusal("jdbc:mariadb://h/x?serverSslCert=classpath:ca.pem") ==
        "The connection property 'serverSslCert' must be the path of a PEM file");
}

TEST_CASE("certificates are PEM files") {
  const auto options = optionsOf(
      "jdbc:mariadb://h/x?serverSslCert=file:///etc/ca.pem&clientSslCert=c.pem&clientSslKey=file:k.pem");
  CHECK(options.caFile == "/etc/ca.pem");
  CHECK(options.certificateFile == "c.pem");
  CHECK(options.keyFile == "k.pem");
}

TEST_CASE("timeouts are given in milliseconds and never rounded down to none") {
  CHECK(optionsOf("jdbc:mysql://h/x").connectTimeout == 0);
  CHECK(optionsOf("jdbc:mariadb://h/x").connectTimeout == 30);
  CHECK(optionsOf("jdbc:mysql://h/x?connectTimeout=1").connectTimeout == 1);
  CHECK(optionsOf("jdbc:mysql://h/x?connectTimeout=2000&socketTimeout=2001").connectTimeout == 2);
  CHECK(optionsOf("jdbc:mysql://h/x?connectTimeout=2000&socketTimeout=2001").socketTimeout == 3);
  CHECK(optionsOf("jdbc:mariadb://h/x?connectTimeout=0").connectTimeout == 0);
  CHECK(optionsOf("jdbc:mysql://h/x?socketTimeout=4294967295").socketTimeout == 4294968);
}

TEST_CASE("keys win over jdbcProperties, and those over the URL") {
  ConnectionSettings settings;
  settings.url = "jdbc:mysql://urlUser:urlPassword@h/x?useSSL=false";
  CHECK(mysql::connectOptions(settings).user == "urlUser");
  CHECK(mysql::connectOptions(settings).password == "urlPassword");
  settings.url += "&user=propertyUser";
  CHECK(mysql::connectOptions(settings).user == "propertyUser");
  settings.jdbcProperties = {{"user", "jdbcUser"}, {"useSSL", "true"}};
  CHECK(mysql::connectOptions(settings).user == "jdbcUser");
  CHECK(mysql::connectOptions(settings).tls == TlsMode::Preferred);
  settings.user = "keyUser";
  settings.password = "";
  CHECK(mysql::connectOptions(settings).user == "keyUser");
  CHECK(mysql::connectOptions(settings).password == "");
}

TEST_CASE("only properties that nobody knows are mentioned, without their values") {
  WarningLog log;
  ConnectionSettings settings;
  settings.url =
      "jdbc:mysql://h/"
      "x?characterEncoding=utf8&useUnicode=true&serverTimezone=UTC&rewriteBatchedStatements=true"
      "&allowMultiQueries=true&characterSetResults=utf8&bogus=geheim&otherOne=1";
  settings.propertyLog = &log;
  mysql::connectOptions(settings);
  CHECK(log.lines == "Connection properties that mean nothing here: bogus, otherOne\n");
}
