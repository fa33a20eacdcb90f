#!/usr/bin/env bash
# Debian 12 has no MySQL server. This takes the one of Debian unstable (sid) into a folder of its own, without
# touching the system's packages: it unpacks what the server needs and starts it with sid's own C library.
#   usage: tests/services/mysql-install.sh FOLDER
# Does nothing when the server in FOLDER already answers. Needs apt with a source of the Debian archive, and
# root only if FOLDER needs it. About 70 MB are downloaded, 230 MB stay.
set -eu
umask 022

folder=${1:?usage: mysql-install.sh FOLDER}
if [ -x "$folder/bin/mysqldump" ] && "$folder/bin/mysqld" --version >/dev/null 2>&1; then exit 0; fi

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
apt=$folder/apt     # a private apt world: its own lists, its own (empty) idea of what is installed
root=$folder/root   # the unpacked packages
rm -rf "$apt" "$root"
mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$root" "$folder/bin"
: >"$apt/status"

# The archive that this machine already uses, in either style of source file; not its security and updates suites.
archive=$(
  {
    sed -n 's/^URIs:[[:space:]]*\([^[:space:]]*\).*/\1/p' /etc/apt/sources.list.d/*.sources 2>/dev/null || true
    sed -n 's/^deb[[:space:]]\{1,\}\(\[[^]]*\][[:space:]]*\)\{0,1\}\([^[:space:]]*\).*/\2/p' \
      /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null || true
  } | grep -E '/debian/?$' | head -n 1 || true
)
[ -n "$archive" ] || { echo "MySQL: no Debian archive found in the apt sources" >&2; exit 1; }

cat >"$apt/sid.sources" <<SOURCES
Types: deb
URIs: $archive
Suites: sid
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
cat >"$apt/apt.conf" <<CONF
Dir::Etc::sourcelist "$apt/sid.sources";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "$apt";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt";
Dir::Cache::archives "$apt/archives";
APT::Architecture "$(dpkg --print-architecture)";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
CONF
export APT_CONFIG=$apt/apt.conf

echo "Installing MySQL into $folder ..."
apt-get -qq update
# All that server and client depend on, but for what only their maintainer scripts use (Perl and the like).
mapfile -t packages < <(apt-get install -s mysql-server-core mysql-client-core |
  sed -n 's/^Inst \([^ ]*\).*/\1/p' |
  grep -vE '^(perl|libperl|libdb5|libgdbm|gcc-|libc-gconv|openssl-provider|mysql-common|media-types|debconf|sgml)')
(cd "$apt/archives" && apt-get -qq download "${packages[@]}")
for package in "$apt"/archives/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x -C "$root" --keep-directory-symlink --exclude='./usr/share/doc*' \
    --exclude='./usr/share/man*' --exclude='./usr/share/locale*' --exclude='./etc*' --exclude='./var*'
done
rm -rf "$apt"

# bin/NAME starts a program with the C library it was made for.
loader=$(find "$root" -name 'ld-linux*.so*' | head -n 1)
libraries=$(dirname "$(find "$root" -name 'libstdc++.so.6' | head -n 1)")
share=$root/usr/share/mysql
plugins=$root/usr/lib/mysql/plugin
wrap() {
  local program=$1
  shift
  printf '#!/bin/sh\nexec "%s" --library-path "%s" "%s" %s "$@"\n' "$loader" "$libraries" "$program" "$*" \
    >"$folder/bin/${program##*/}"
  chmod 755 "$folder/bin/${program##*/}"
}
for client in mysql mysqldump; do wrap "$root/usr/bin/$client" --no-defaults "--plugin-dir='$plugins'"; done
wrap "$root/usr/sbin/mysqld" --no-defaults "--basedir='$root/usr'" "--lc-messages-dir='$share'" \
  "--character-sets-dir='$share/charsets'" "--plugin-dir='$plugins'"
"$folder/bin/mysqld" --version
