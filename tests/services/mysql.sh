#!/usr/bin/env bash
# A MySQL server for the tests: on loopback only, with a private data folder, TLS and test users.
#   usage: tests/services/mysql.sh install|start|stop|status|wipe
# Each may be given again; start returns when the server answers; stop ends only what start started;
# wipe stops and removes the data, not the installed server.
#   WHIMBREL_TEST_MYSQL_PORT   its TCP port on 127.0.0.1 (default 13317)
#   WHIMBREL_TEST_MYSQL_HOME   the folder that install fills (default /var/tmp/whimbrel-tests-mysql-server)
# Users: fly with password fly and all rights (caching_sha2_password); flytests (the same); flytls (the same, only over TLS);
# flysha256 (the same, with sha256_password). Certificates: /var/tmp/whimbrel-tests-mysql-PORT/tls.
set -eu
umask 022

NAME=MySQL
PORT_VARIABLE=WHIMBREL_TEST_MYSQL_PORT
PORT=${WHIMBREL_TEST_MYSQL_PORT:-13317}
HOME_FOLDER=${WHIMBREL_TEST_MYSQL_HOME:-/var/tmp/whimbrel-tests-mysql-server}
RUN=/var/tmp/whimbrel-tests-mysql-$PORT
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/services/server.sh
. "$here/server.sh"

root() { "$HOME_FOLDER/bin/mysql" -uroot -S "$SOCKET" -N -B "$@"; }

install() { "$here/mysql-install.sh" "$HOME_FOLDER"; }

start() {
  if ready; then
    status
    return
  fi
  prepare
  if fresh; then
    "$HOME_FOLDER/bin/mysqld" "${AS_USER[@]}" --datadir="$RUN/data" --innodb-redo-log-capacity=16M \
      --initialize-insecure >"$LOG" 2>&1 || { cat "$LOG" >&2; return 1; }
  fi
  launch "$HOME_FOLDER/bin/mysqld" --mysqlx=OFF --skip-log-bin --innodb-redo-log-capacity=16M \
    --innodb-buffer-pool-size=64M --max-allowed-packet=16M --innodb-flush-log-at-trx-commit=2 --local-infile=ON \
    --secure-file-priv="$RUN/files"
  if fresh; then
    make_users
    scripts >"$COMPLETE"
  fi
  status
}

make_users() {
  root <<'SQL'
CREATE USER fly@'%' IDENTIFIED BY 'fly';
CREATE USER fly@localhost IDENTIFIED BY 'fly';
CREATE USER flytests@'%' IDENTIFIED BY 'Never-Print-Me-83';
CREATE USER flytls@'%' IDENTIFIED BY 'fly' REQUIRE SSL;
CREATE USER flysha256@'%' IDENTIFIED WITH sha256_password BY 'fly';
GRANT ALL ON *.* TO fly@'%', fly@localhost, flytests@'%' WITH GRANT OPTION;
GRANT ALL ON *.* TO flytls@'%', flysha256@'%';
SQL
}

dispatch "$0" "${1:-}"
