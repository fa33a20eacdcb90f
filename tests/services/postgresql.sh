#!/usr/bin/env bash
# A PostgreSQL server for the tests: on loopback only, with a private data folder, TLS and test users.
#   usage: tests/services/postgresql.sh install|start|stop|status|wipe
# Each may be given again; start returns when the server answers; stop ends only what start started;
# wipe stops and removes the data.
#   WHIMBREL_TEST_POSTGRESQL_PORT   its TCP port on 127.0.0.1 (default 15432)
# Users: fly with password fly, superuser and owner of the database fly; flytests (the same); flytls (the same, only over TLS).
# Certificates: /var/tmp/whimbrel-tests-postgresql-PORT/tls.
set -eu
umask 022

NAME=PostgreSQL
PORT_VARIABLE=WHIMBREL_TEST_POSTGRESQL_PORT
PORT=${WHIMBREL_TEST_POSTGRESQL_PORT:-15432}
RUN=/var/tmp/whimbrel-tests-postgresql-$PORT
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/services/server.sh
. "$here/server.sh"

# Debian keeps the server's programs out of PATH; the newest version counts.
BIN=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)

# The server refuses to run as root.
as_server() {
  if [ "$(id -u)" = 0 ]; then
    (cd / && setpriv --reuid=nobody --regid=nogroup --clear-groups "$@")
  else
    "$@"
  fi
}

root() { as_server "$BIN/psql" -X -h "$RUN" -p "$PORT" -U postgres -d postgres -qAt -v ON_ERROR_STOP=1 "$@"; }

running() {
  [ -s "$PID_FILE" ] && grep -qsF -- "$RUN/data" "/proc/$(cat "$PID_FILE")/cmdline"
}

install() { "$here/../packages" test; }

start() {
  if ready; then
    status
    return
  fi
  prepare
  if fresh; then make_data; fi
  launch
  if fresh; then
    make_users
    scripts >"$COMPLETE"
  fi
  status
}

make_data() {
  rm -rf "$RUN/data" # initdb makes it itself
  [ "$(id -u)" != 0 ] || chown nobody "$RUN"
  as_server "$BIN/initdb" -D "$RUN/data" -U postgres -E UTF8 --locale=C.UTF-8 --auth-local=trust \
    --auth-host=scram-sha-256 --no-sync >"$RUN/initdb.log" 2>&1 || { cat "$RUN/initdb.log" >&2; return 1; }
  # It refuses a key that others can read.
  as_server cp "$RUN/tls/server-cert.pem" "$RUN/tls/server-key.pem" "$RUN/data"
  as_server chmod 600 "$RUN/data/server-key.pem"
  as_server sed -i '1i hostnossl all flytls all reject' "$RUN/data/pg_hba.conf"
}

launch() {
  as_server "$BIN/pg_ctl" -D "$RUN/data" -l "$LOG" -w -t 120 -s \
    -o "-p $PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories=$RUN -c external_pid_file=$PID_FILE" \
    -o "-c ssl=on -c ssl_cert_file=server-cert.pem -c ssl_key_file=server-key.pem -c fsync=off" start ||
    { tail -n 20 "$LOG" >&2; return 1; }
}

make_users() {
  root <<'SQL'
CREATE ROLE fly LOGIN SUPERUSER PASSWORD 'fly';
CREATE ROLE flytests LOGIN SUPERUSER PASSWORD 'Never-Print-Me-83';
CREATE ROLE flytls LOGIN SUPERUSER PASSWORD 'fly';
CREATE DATABASE fly OWNER fly;
SQL
}

# Does not wait for clients that are still connected.
stop() {
  if running; then
    as_server "$BIN/pg_ctl" -D "$RUN/data" -m fast -w -t 60 -s stop
    echo "$NAME: stopped"
  else
    echo "$NAME: not running"
  fi
}

dispatch "$0" "${1:-}"
