// Addresses, TLS and passwords: spec/configuration.md sections 11 and 12.
#include <arpa/inet.h>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

#include "core/error.h"
#include "drivers/mysql/connection.h"
#include "server_under_test.h"

using namespace whimbrel;
using namespace whimbrel::test;

namespace {

std::string cipher(const Server& server, const std::string& properties) {
  return mysql::Connection(mysql::connectOptions(server.settings("", properties))).tlsCipher();
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

/// Plays a MySQL server without TLS that asks for the password by `plugin`, and keeps what it is sent.
/// Listens on a port of the loopback interface, or on a UNIX socket if it has a path.
class GreedyServer {
 public:
  explicit GreedyServer(std::string plugin, const std::string& path = "")
      : plugin_(std::move(plugin)), listener_(socket(path.empty() ? AF_INET : AF_UNIX, SOCK_STREAM, 0)) {
    if (path.empty())
      listenOnPort();
    else
      listenOnPath(path);
    REQUIRE(listen(listener_, 8) == 0);
    thread_ = std::thread([this] { serve(); });
  }
  GreedyServer(const GreedyServer&) = delete;
  GreedyServer& operator=(const GreedyServer&) = delete;
  ~GreedyServer() { stop(); }

  int port() const { return port_; }
  /// All that clients have sent.
  std::string heard() {
    stop();
    return heard_;
  }

 private:
  void listenOnPort() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(bind(listener_, generic, size) == 0);
    REQUIRE(getsockname(listener_, generic, &size) == 0);
    port_ = ntohs(address.sin_port);
  }

  void listenOnPath(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(path.copy(address.sun_path, sizeof(address.sun_path) - 1) == path.size());
    REQUIRE(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  }

  void stop() {
    if (!thread_.joinable()) return;
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }

  void serve() {
    for (int client = accept(listener_, nullptr, nullptr); client >= 0;
         client = accept(listener_, nullptr, nullptr)) {
      // Protocol 10, version, thread, salt; capabilities: 4.1, secure, plugins, but not TLS.
      std::string greeting(
          "\x0A"
          "8.0.0\0\1\0\0\0"
          "12345678\0",
          20);
      greeting += std::string("\x01\x82\x2D\x02\x00\x08\x00\x15", 8) + std::string(10, '\0') +
                  std::string("123456789012\0", 13) + std::string("mysql_native_password\0", 22);
      send(client, 0, greeting);
      if (receive(client)) {
        send(client, 2, "\xFE" + plugin_ + std::string("\0\4Password: ", 12));
        receive(client);
      }
      close(client);
    }
  }

  static void send(int client, char sequence, const std::string& body) {
    const std::string packet = std::string{static_cast<char>(body.size()), '\0', '\0', sequence} + body;
    [[maybe_unused]] const ssize_t sent = ::send(client, packet.data(), packet.size(), MSG_NOSIGNAL);
  }

  bool receive(int client) {
    std::array<char, 4096> buffer{};
    const ssize_t got = recv(client, buffer.data(), buffer.size(), 0);
    if (got > 0) heard_.append(buffer.data(), static_cast<std::size_t>(got));
    return got > 0;
  }

  std::string plugin_;
  int listener_;
  int port_ = 0;
  std::thread thread_;
  std::string heard_;
};

}  // namespace

TEST_CASE("a password is never sent in clear text without TLS") {
  for (const char* plugin : {"mysql_clear_password", "dialog"})
    for (const char* properties : {"", "?useSSL=false", "?sslMode=PREFERRED", "?sslMode=REQUIRED"}) {
      CAPTURE(plugin);
      CAPTURE(properties);
      GreedyServer server(plugin);
      ConnectionSettings settings;
      settings.url = "jdbc:mysql://127.0.0.1:" + std::to_string(server.port()) + "/x" + properties;
      settings.user = "fly";
      settings.password = "geheim";
      CHECK_THROWS_AS(openMysql(settings), SqlError);
      CHECK(server.heard().find("geheim") == std::string::npos);
    }
}

TEST_CASE("a password is sent in clear text over a local socket") {
  for (const char* plugin : {"mysql_clear_password", "dialog"}) {
    CAPTURE(plugin);
    std::string folder = "/tmp/whimbrel-XXXXXX";
    REQUIRE(mkdtemp(folder.data()) != nullptr);
    const std::string path = folder + "/socket";
    std::string heard;
    {
      GreedyServer server(plugin, path);
      ConnectionSettings settings;
      settings.url = "jdbc:mysql://localhost/x?sslMode=DISABLED&localSocket=" + path;
      settings.user = "fly";
      settings.password = "geheim";
      CHECK_THROWS_AS(openMysql(settings), SqlError);  // this server never says yes
      heard = server.heard();
    }
    std::filesystem::remove_all(folder);
    CHECK(heard.ends_with(std::string("geheim\0", 7)));
  }
}

TEST_CASE("an address without a server is a broken communications link") {
  ConnectionSettings settings;
  settings.url = "jdbc:mariadb://127.0.0.1:1/x";
  try {
    openMysql(settings);
    FAIL("connected");
  } catch (const SqlError& error) {
    CHECK(error.sqlState == "08S01");
    CHECK(error.vendorCode == 0);
    CHECK(std::string(error.what()).find("Communications link failure: ") == 0);
  }
}

TEST_CASE("the next address is tried when there is no server, but not after a refusal") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    ConnectionSettings settings = server.settings("");
    settings.url = replaced(settings.url, "//", "//127.0.0.1:1,nowhere.invalid,");
    CHECK(openMysql(settings)->facts().product == server.name);
    settings.url = replaced(server.settings("").url, "/?", ",127.0.0.1:1/?");
    settings.password = "wrong";
    try {
      openMysql(settings);
      FAIL("connected");
    } catch (const SqlError& error) {
      CHECK(error.vendorCode == 1045);
      CHECK(error.sqlState == "28000");
    }
  }
}

TEST_CASE("localhost is reached by TCP") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    ConnectionSettings settings = server.settings("");
    settings.url = replaced(settings.url, "127.0.0.1", "localhost");
    CHECK(openMysql(settings)->facts().product == server.name);
  }
}

TEST_CASE("TLS is used and certificates are checked as the mode says") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    CHECK(cipher(server, "sslMode=DISABLED").empty());
    CHECK_FALSE(cipher(server, "sslMode=PREFERRED").empty());
    CHECK_FALSE(cipher(server, "sslMode=REQUIRED").empty());
    CHECK_THROWS_AS(cipher(server, "sslMode=VERIFY_CA"), SqlError);
    CHECK_THROWS_AS(cipher(server, "sslMode=VERIFY_IDENTITY"), SqlError);
    if (server.ca.empty()) {
      MESSAGE("skipped: the CA certificate of " << server.name << " is not known");
      continue;
    }
    const std::string ca = "&serverSslCert=" + server.ca;
    CHECK_FALSE(cipher(server, "sslMode=VERIFY_CA" + ca).empty());
    CHECK_FALSE(cipher(server, "sslMode=VERIFY_IDENTITY" + ca).empty());
    for (const Server& stranger : servers())
      if (stranger.name != server.name)
        CHECK_THROWS_AS(cipher(server, "sslMode=VERIFY_CA&serverSslCert=" + stranger.ca), SqlError);
    CHECK_THROWS_AS(cipher(server, "sslMode=VERIFY_CA&serverSslCert=/nowhere/ca.pem"), SqlError);
  }
}

TEST_CASE("users of every log-in method are let in") {
  for (const Server& server : servers()) {
    const std::vector<std::string> users = server.name == "MySQL"
                                               ? std::vector<std::string>{"fly", "flysha256"}
                                               : std::vector<std::string>{"flyed25519"};
    for (const std::string& user : users)
      for (const char* properties : {"sslMode=DISABLED&allowPublicKeyRetrieval=true", "sslMode=REQUIRED"}) {
        CAPTURE(user);
        CAPTURE(properties);
        server.open("")->query(
            "FLUSH PRIVILEGES");  // or the server remembers the password and skips the long way
        ConnectionSettings settings = server.settings("", properties);
        settings.user = user;
        settings.password = "fly";
        CHECK(openMysql(settings)->facts().user == user);
      }
    ConnectionSettings encrypted = server.settings("", "sslMode=REQUIRED");
    encrypted.user = "flytls";
    encrypted.password = "fly";
    CHECK(openMysql(encrypted)->facts().user == "flytls");
    ConnectionSettings plain = server.settings("", "sslMode=DISABLED");
    plain.user = "flytls";
    plain.password = "fly";
    CHECK_THROWS_AS(openMysql(plain), SqlError);
  }
}

TEST_CASE("a name that is not in the certificate is refused by VERIFY_IDENTITY alone") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    if (server.ca.empty()) continue;
    Server other = server;
    other.url = replaced(server.url, "127.0.0.1", "127.1");  // the same address in other words
    CHECK_FALSE(cipher(other, "sslMode=VERIFY_CA&serverSslCert=" + server.ca).empty());
    CHECK_THROWS_AS(cipher(other, "sslMode=VERIFY_IDENTITY&serverSslCert=" + server.ca), SqlError);
  }
}

TEST_CASE("files of the client are sent only when the URL allows it") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    const Schema schema(server, "whimbrel_mysql");
    const auto database = server.open(schema.name());
    database->execute("CREATE TABLE t (v TEXT)");
    CHECK_THROWS_AS(database->execute("LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t"), SqlError);
    CHECK(single(*database, "SELECT COUNT(*) FROM t") == "0");
  }
}

TEST_CASE("a NUL in user, password or database is refused instead of cutting the text") {
  for (const Server& server : servers()) {
    CAPTURE(server.name);
    ConnectionSettings settings = server.settings("");
    settings.password = std::string("fly\0more", 8);
    CHECK_THROWS_AS(openMysql(settings), SqlError);
    settings.password = server.password;
    settings.url = replaced(settings.url, "/?", std::string("/mysql\0x?", 9));
    CHECK_THROWS_AS(openMysql(settings), SqlError);
  }
}
