# What mariadb.sh and mysql.sh have in common; they source it. It needs from them:
#   NAME   the server's name, for messages
#   PORT   its TCP port on 127.0.0.1, and PORT_VARIABLE, the variable that chooses another
#   RUN    its private folder: data, certificates, log, socket, process id
#   root   a function that runs the server's client as its administrator
# shellcheck shell=bash disable=SC2034,SC2153

PID_FILE=$RUN/server.pid SOCKET=$RUN/server.sock LOG=$RUN/server.log
COMPLETE=$RUN/complete # once the data folder is made, with its users: which scripts made it

# As root the servers run as an account that owns nothing else.
AS_USER=()
if [ "$(id -u)" = 0 ]; then AS_USER=(--user=nobody); fi

# The process id in the file counts only while that process still works on our data: ids are used again.
running() {
  [ -s "$PID_FILE" ] && grep -qsF -- "--datadir=$RUN/data" "/proc/$(cat "$PID_FILE")/cmdline"
}

scripts() { cat "$here/server.sh" "$0" | cksum; }

# Whether the data has to be made (anew): data that other versions of these scripts made lacks what the tests need.
fresh() { [ "$(cat "$COMPLETE" 2>/dev/null)" != "$(scripts)" ]; }

# Whether there is nothing to start: a server runs, on data that is as it should be. Stops one on other data.
ready() {
  running || return 1
  if ! fresh; then return 0; fi
  stop
  return 1
}

# A certificate authority, and a server and a client certificate for localhost and 127.0.0.1.
make_certificates() {
  [ ! -s "$RUN/tls/client-cert.pem" ] || return 0
  mkdir -p "$RUN/tls"
  (
    cd "$RUN/tls"
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=whimbrel-test-ca -keyout ca-key.pem -out ca.pem
    printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' >names
    for who in server client; do
      openssl req -newkey rsa:2048 -nodes -subj "/CN=whimbrel-test-$who" -keyout "$who-key.pem" -out "$who.csr"
      openssl x509 -req -in "$who.csr" -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 3650 -extfile names \
        -out "$who-cert.pem"
    done
    chmod 644 ./*.pem # tests read them as another account
  ) >"$RUN/openssl.log" 2>&1 || { cat "$RUN/openssl.log" >&2; return 1; }
}

# Makes the private folder and hands it to the server's account; what a start that was cut short left of the
# data goes. Fails when something else has the port.
prepare() {
  if (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; then
    echo "$NAME: port $PORT is taken by something else; choose another with $PORT_VARIABLE" >&2
    return 1
  fi
  if fresh; then rm -rf "$RUN/data" "$COMPLETE"; fi
  mkdir -p "$RUN/data" "$RUN/tmp" "$RUN/files"
  make_certificates
  [ "$(id -u)" != 0 ] || chown -R nobody "$RUN"
}

# launch SERVER OPTION...: starts it and returns when it answers.
launch() {
  setsid nohup "$@" "${AS_USER[@]}" --datadir="$RUN/data" --tmpdir="$RUN/tmp" --socket="$SOCKET" \
    --pid-file="$PID_FILE" --bind-address=127.0.0.1 --port="$PORT" --ssl-ca="$RUN/tls/ca.pem" \
    --ssl-cert="$RUN/tls/server-cert.pem" --ssl-key="$RUN/tls/server-key.pem" </dev/null >>"$LOG" 2>&1 &
  local server=$!
  trap 'kill "$server" 2>/dev/null; exit 130' INT TERM
  for _ in $(seq 1200); do
    if root -e 'SELECT 1' >/dev/null 2>&1; then
      trap - INT TERM
      return
    fi
    if ! kill -0 "$server" 2>/dev/null; then break; fi
    sleep 0.1
  done
  echo "$NAME did not start; the end of $LOG:" >&2
  tail -n 20 "$LOG" >&2
  kill "$server" 2>/dev/null || true
  return 1
}

stop() {
  if ! running; then
    echo "$NAME: not running"
    return
  fi
  local server
  server=$(cat "$PID_FILE")
  kill "$server"
  for _ in $(seq 600); do
    if ! kill -0 "$server" 2>/dev/null; then
      echo "$NAME: stopped"
      return
    fi
    sleep 0.1
  done
  echo "$NAME: process $server does not end" >&2
  return 1
}

status() {
  if running && ! fresh; then
    echo "$NAME: running on 127.0.0.1:$PORT, process $(cat "$PID_FILE")"
  else
    echo "$NAME: not running"
    return 1
  fi
}

wipe() {
  stop
  rm -rf "$RUN"
}

# dispatch SCRIPT COMMAND: the command line that both scripts have.
dispatch() {
  case $2 in
    install | start | stop | status | wipe) "$2" ;;
    *) sed -n '2,/^set /{/^#/p}' "$1"; exit 2 ;;
  esac
}
