#!/usr/bin/env bash
# A MariaDB server for the tests: on loopback only, with a private data folder, TLS and test users.
#   usage: tests/services/mariadb.sh install|start|stop|status|wipe
# Each may be given again; start returns when the server answers; stop ends only what start started;
# wipe stops and removes the data.
#   WHIMBREL_TEST_MARIADB_PORT   its TCP port on 127.0.0.1 (default 13316)
# Users: fly with password fly and all rights; flytests (the same); flytls (the same, only over TLS); flyed25519 (the same, with
# MariaDB's ed25519 authentication). Certificates: /var/tmp/whimbrel-tests-mariadb-PORT/tls.
set -eu
umask 022

NAME=MariaDB
PORT_VARIABLE=WHIMBREL_TEST_MARIADB_PORT
PORT=${WHIMBREL_TEST_MARIADB_PORT:-13316}
RUN=/var/tmp/whimbrel-tests-mariadb-$PORT
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/services/server.sh
. "$here/server.sh"

root() { mariadb --no-defaults -uroot -S "$SOCKET" -N -B "$@"; }

install() { "$here/../packages" test; }

start() {
  if ready; then
    status
    return
  fi
  prepare
  if fresh; then
    # --skip-test-db also leaves out the anonymous users, who would win over fly@% for connections from
    # localhost; --force does without a resolvable host name.
    mariadb-install-db --no-defaults "${AS_USER[@]}" --datadir="$RUN/data" --skip-test-db --force \
      --auth-root-authentication-method=normal >"$LOG" 2>&1 || { cat "$LOG" >&2; return 1; }
  fi
  # utf8mb4 as Debian's own configuration has it: the conformance answers were recorded on such a server.
  launch mariadbd --no-defaults --character-set-server=utf8mb4 --collation-server=utf8mb4_general_ci \
    --innodb-flush-log-at-trx-commit=2 --local-infile=ON --plugin-load-add=auth_ed25519
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
CREATE USER flyed25519@'%' IDENTIFIED VIA ed25519 USING PASSWORD('fly');
GRANT ALL ON *.* TO fly@'%', fly@localhost, flytests@'%' WITH GRANT OPTION;
GRANT ALL ON *.* TO flytls@'%', flyed25519@'%';
SQL
}

dispatch "$0" "${1:-}"
