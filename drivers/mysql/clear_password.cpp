#include "drivers/mysql/clear_password.h"

#ifdef MARIADB_BASE_VERSION
#include <cstdio>
#include <cstring>
#include <errmsg.h>

#include <mysql/plugin_auth.h>
#endif

namespace whimbrel::mysql {

#ifdef MARIADB_BASE_VERSION

// MariaDB's client sends the password to whoever asks: neither MYSQL_ENABLE_CLEARTEXT_PLUGIN nor
// MARIADB_OPT_RESTRICTED_AUTH keeps it from that (the latter compares a wrong name after the server switched
// the method). It looks for its plugins by name, though, and those below come before the files of the same
// names.

namespace {

bool isPrivate(MYSQL* handle) {
  return handle->unix_socket != nullptr || mysql_get_ssl_cipher(handle) != nullptr;
}

int refuse(MYSQL* handle) {
  handle->net.last_errno = CR_AUTH_PLUGIN_ERR;
  std::strcpy(handle->net.sqlstate, "08004");
  std::snprintf(
      handle->net.last_error, sizeof(handle->net.last_error), "%s",
      "The server asks for the password in clear text, which is refused without TLS. Set sslMode=REQUIRED "
      "or, better, VERIFY_IDENTITY");
  return CR_ERROR;
}

int sendPassword(MYSQL_PLUGIN_VIO* server, MYSQL* handle) {
  const char* const password = handle->passwd == nullptr ? "" : handle->passwd;
  const auto size = static_cast<int>(std::strlen(password)) + 1;
  return server->write_packet(server, reinterpret_cast<const unsigned char*>(password), size) == 0 ? CR_OK
                                                                                                   : CR_ERROR;
}

int clearPassword(MYSQL_PLUGIN_VIO* server, MYSQL* handle) {
  return isPrivate(handle) ? sendPassword(server, handle) : refuse(handle);
}

/// PAM: the server's first question is for the password; there is nobody to answer further ones.
int dialog(MYSQL_PLUGIN_VIO* server, MYSQL* handle) {
  if (!isPrivate(handle)) return refuse(handle);
  unsigned char* question = nullptr;
  if (server->read_packet(server, &question) < 0) return CR_ERROR;
  return sendPassword(server, handle);
}

/// As <mysql/client_plugin.h> has it, which can't be included: Debian's package lacks a header that it wants.
struct Plugin {
  MYSQL_CLIENT_PLUGIN_HEADER
  int (*authenticateUser)(MYSQL_PLUGIN_VIO* server, MYSQL* handle);
};
constexpr int authenticationType = 2;
constexpr unsigned authenticationInterface = 0x0100;

Plugin plugin(const char* name, int (*authenticate)(MYSQL_PLUGIN_VIO*, MYSQL*)) {
  Plugin made{};
  made.type = authenticationType;
  made.interface_version = authenticationInterface;
  made.name = name;
  made.author = "whimbrel";
  made.desc = "Password in clear text, over private connections only";
  made.license = "GPL";
  made.authenticateUser = authenticate;
  return made;
}

bool install(MYSQL* handle, Plugin& made) {
  return mysql_client_register_plugin(handle, reinterpret_cast<st_mysql_client_plugin*>(&made)) != nullptr;
}

}  // namespace

void guardClearPassword(MYSQL* handle, const ConnectOptions&) {
  // The client keeps plugins for the whole process, so they are made once and stay.
  static Plugin clear = plugin("mysql_clear_password", clearPassword);
  static Plugin pam = plugin("dialog", dialog);
  static const bool installed = install(handle, clear) && install(handle, pam);
  if (!installed) throw SqlError("Unable to guard passwords against being sent in clear text", "08004", 0);
}

#else

void guardClearPassword(MYSQL* handle, const ConnectOptions& options) {
  const bool allowed = options.tls >= TlsMode::Required || !options.localSocket.empty();
  mysql_options(handle, MYSQL_ENABLE_CLEARTEXT_PLUGIN, &allowed);
}

#endif

}  // namespace whimbrel::mysql
