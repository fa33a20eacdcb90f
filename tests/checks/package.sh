#!/usr/bin/env bash
# Builds the packages and uses them like somebody who has nothing else: the folder, unpacked in the minimal root of each
# Debian release that is named, migrates the example and finds its own configuration and libraries; the .deb is held against
# Debian's policy, installed and removed there.
#   usage: tests/checks/package.sh [RELEASE]...    default: bookworm trixie
# Needs root; installs debootstrap and lintian when they are missing. Minutes of compiling the first time: build/release.
# Where WHIMBREL_TEST_MARIADB_URL, …MYSQL_URL and …POSTGRESQL_URL are set (with …_USER and …_PASSWORD), the folder logs in there.
# package-arm64.sh uses these functions, and replaces those that are different there.
set -eu
umask 022
source=$(cd "$(dirname "$0")/../.." && pwd)
preset=release
build=$source/build/$preset
machine='Advanced Micro Devices X86-64'
emulator=()
schema=whimbrel_package

fail() {
  echo "$(basename "$0"): $1" >&2
  exit 1
}

install_tools() {
  local missing=()
  for tool in debootstrap lintian; do command -v "$tool" >/dev/null || missing+=("$tool"); done
  [ "${#missing[@]}" = 0 ] || apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
}

# Runs a command where the packages are built, in a folder of the source.
building() {
  (cd "$source/$1" && "${@:2}")
}

pack() {
  building . cmake --preset "$preset" >/dev/null
  building . cmake --build --preset "$preset" -- --quiet
  rm -f "$build"/whimbrel*.tar.gz* "$build"/*.deb*
  building "build/$preset" cpack -G TGZ >/dev/null
  building "build/$preset" cpack -G DEB >/dev/null
  (cd "$build" && sha256sum --check --quiet whimbrel*.sha256) || fail "the SHA-256 files are not those of the packages"
}

# A root with nothing but a release's minimal system, kept from run to run.
#   minimal_system ROOT RELEASE [DEBOOTSTRAP-OPTION]...
minimal_system() {
  local root=$1 release=$2
  if [ ! -e "$root/.complete" ]; then
    rm -rf "$root"
    debootstrap --variant=minbase "${@:3}" "$release" "$root" >"$root.log" 2>&1 || fail "debootstrap of $release: $root.log"
    touch "$root/.complete"
  fi
  printf '%s\n' "$root"
}

root_of() {
  minimal_system "/var/tmp/whimbrel-root-$1" "$1"
}

# In the root, with its /proc, an empty environment but for what stands before the program's name, in the folder $folder.
# An emulator wants the program's path, and can't run what the program itself would run.
inside() {
  local root=$1 environment=(PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
  shift
  while [[ $1 == *=* ]]; do
    environment+=("$1")
    shift
  done
  env -i "${environment[@]}" \
    unshare --mount --pid --fork --root="$root" --wd="${folder:-/}" --mount-proc "${emulator[@]}" "$@"
}

# What is in the folder, for which machine, and what it asks of the host: nothing younger than glibc 2.34 in the program
# and in what it carries.
check_folder() {
  local root=$1 binaries machines young needed
  for file in flyway conf/flyway.conf sql README.md LICENSE man/whimbrel.1 completion/whimbrel.bash licenses/libssl3 \
    licenses/libmariadb3 licenses/PACKAGES; do
    [ -e "$root/$file" ] || fail "missing in the folder: $file"
  done
  mapfile -t binaries < <(find "$root" -type f \( -name '*.so*' -o -name whimbrel \))
  machines=$(readelf -h "${binaries[@]}" | sed -nE 's/ *Machine: +//p' | sort -u)
  [ "$machines" = "$machine" ] || fail "the folder is for $machines"
  young=$(readelf -W --dyn-syms "${binaries[@]}" | awk '$7 == "UND"' | grep -oE 'GLIBC_2\.[0-9]+' | sort -Vu | awk -F. '$2 > 34')
  [ -z "$young" ] || fail "the folder needs symbols of $young"
  needed=$(readelf -d "$root/whimbrel" | sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p' | grep -vE '^(libc|libm|libgcc_s|ld-linux-[a-z0-9-]+)\.so' || true)
  [ -z "$needed" ] || fail "the program needs $needed"
  [ "$(library_path "$root/whimbrel")" = "[\$ORIGIN/lib]" ] || fail "the program looks for libraries in $(library_path "$root/whimbrel")"
}

# Where a program looks for libraries before the system's folders. An empty entry would be the current folder.
library_path() {
  readelf -d "$1" | sed -nE 's/.*\((RPATH|RUNPATH)\).*: (.*)/\2/p'
}

# The libraries that a run of the program loads are those of the folder, but for glibc's and libgcc.
check_libraries() {
  local root=$1 library=$2 output
  shift 2
  output=$(folder=/opt/whimbrel inside "$root" LD_DEBUG=libs "$@" 2>&1) || true
  grep -qF "calling init: /opt/whimbrel/lib/$library" <<<"$output" || fail "$library is not that of the folder: $output"
  ! grep 'calling init:' <<<"$output" | grep -vE '/opt/whimbrel/|/(libc|libm|libresolv|libnss_[a-z]+|libgcc_s|ld-linux-[a-z0-9-]+)\.so' ||
    fail "libraries of the host are used"
}

use_folder() {
  local root=$1 output database
  rm -rf "$root"/opt/whimbrel*
  tar -xzf "$build"/whimbrel-*-linux-*.tar.gz -C "$root/opt"
  mv "$root"/opt/whimbrel-* "$root/opt/whimbrel"
  check_folder "$root/opt/whimbrel"

  local folder=/opt/whimbrel
  cp "$source"/examples/local/sql/*.sql "$root/opt/whimbrel/sql"
  output=$(inside "$root" ./flyway -url=jdbc:sqlite:persons.db migrate info)
  grep -qF 'now at version v2' <<<"$output" || fail "$output"
  echo 'flyway.url=jdbc:sqlite:persons.db' >>"$root/opt/whimbrel/conf/flyway.conf"
  ln -sf /opt/whimbrel/flyway "$root/usr/local/bin/flyway"
  folder=/tmp inside "$root" /usr/local/bin/flyway info | grep -qF 'Database: jdbc:sqlite:' || fail "conf/flyway.conf is not read through a link"

  # Nobody listens there.
  check_libraries "$root" libpq.so.5 ./flyway -url=jdbc:postgresql://127.0.0.1:1/x -user=u -password=p info
  check_libraries "$root" libmariadb.so.3 ./flyway -url=jdbc:mariadb://127.0.0.1:1/x -user=u -password=p info
  check_libraries "$root" libcurl.so.4 AWS_ENDPOINT_URL=https://127.0.0.1:1 AWS_ACCESS_KEY_ID=k AWS_SECRET_ACCESS_KEY=s AWS_REGION=eu-west-1 \
    AWS_MAX_ATTEMPTS=1 ./flyway -url=jdbc:sqlite:persons.db -locations=s3:bucket/sql info
  for database in MARIADB MYSQL POSTGRESQL; do use_server "$root" "$database"; done
}

# The folder logs in to a real server.
use_server() {
  local root=$1 url=WHIMBREL_TEST_$2_URL user=WHIMBREL_TEST_$2_USER password=WHIMBREL_TEST_$2_PASSWORD output
  if [ -z "${!url:-}" ]; then
    echo "  not used with $2: $url is not set"
    return
  fi
  mkdir -p "$root/opt/whimbrel/one"
  echo 'CREATE TABLE one (id INT);' >"$root/opt/whimbrel/one/V1__one.sql"
  output=$(inside "$root" FLYWAY_URL="${!url}" FLYWAY_USER="${!user}" FLYWAY_PASSWORD="${!password}" \
    ./flyway -schemas="$schema" -locations=filesystem:one -cleanDisabled=false clean migrate clean) || fail "$output"
  grep -qF 'Successfully applied 1 migration to schema' <<<"$output" || fail "$output"
  echo "  migrated $2"
}

install_deb() {
  cp "$build"/whimbrel_*.deb "$1/tmp/deb/whimbrel.deb"
  inside "$1" dpkg -i /tmp/deb/whimbrel.deb >/dev/null
}

remove_deb() {
  inside "$1" dpkg -P whimbrel >/dev/null
}

use_deb() {
  local root=$1 output
  rm -rf "$root/tmp/deb" && mkdir "$root/tmp/deb"
  install_deb "$root"
  output=$(folder=/tmp/deb inside "$root" /usr/bin/whimbrel -url=jdbc:sqlite:x.db -locations=filesystem:. info)
  grep -qF 'Schema version: << Empty Schema >>' <<<"$output" || fail "$output"
  output=$(inside "$root" /usr/bin/whimbrel -url=jdbc:postgresql://127.0.0.1:1/x -user=u -password=p info 2>&1) && fail "connected to nobody"
  grep -qF 'libpq.so.5' <<<"$output" || fail "the missing library is not named: $output"
  remove_deb "$root"
  [ ! -e "$root/usr/bin/whimbrel" ] || fail "the .deb does not go away"
}

check_deb() {
  local content
  content=$(dpkg-deb -c "$build"/whimbrel_*.deb)
  for file in bin/whimbrel share/man/man1/whimbrel.1.gz share/bash-completion/completions/whimbrel share/zsh/vendor-completions/_whimbrel \
    share/fish/vendor_completions.d/whimbrel.fish share/doc/whimbrel/copyright share/doc/whimbrel/CHANGELOG.md.gz; do
    grep -qF " ./usr/$file" <<<"$content" || fail "missing in the .deb: $file"
  done
  rm -rf "$build/deb" && dpkg-deb -x "$build"/whimbrel_*.deb "$build/deb"
  [ -z "$(library_path "$build/deb/usr/bin/whimbrel")" ] || fail "the program of the .deb looks for libraries in $(library_path "$build/deb/usr/bin/whimbrel")"
  # It is not for Debian's archive: no changelog of Debian's and no address of a maintainer. SQLite and others are carried on purpose.
  lintian --fail-on error,warning --suppress-tags embedded-library,no-changelog,debian-changelog-file-missing-or-wrong-name,bogus-mail-host \
    --allow-root "$build"/whimbrel_*.deb || fail "lintian"
}

check_packages() {
  local release root
  install_tools
  pack
  check_deb
  for release in "$@"; do
    echo "$release:"
    root=$(root_of "$release")
    use_folder "$root"
    use_deb "$root"
    echo "  folder and .deb work, with $(inside "$root" /usr/bin/getconf GNU_LIBC_VERSION)"
  done
  (cd "$build" && stat -c '%s bytes %n' whimbrel*.tar.gz whimbrel_*.deb)
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  [ "$#" -gt 0 ] || set -- bookworm trixie
  check_packages "$@"
fi
