#!/usr/bin/env bash
# Copies client libraries with all that they need, but for glibc and libgcc, into a folder, and the licences of their
# packages and of what the program itself carries into another one.
#   usage: bundle.sh LIBRARIES-FOLDER LICENCES-FOLDER LIBRARY...
set -eu
umask 022
libraries=${1:?usage: bundle.sh LIBRARIES-FOLDER LICENCES-FOLDER LIBRARY...} licences=${2:?}
shift 2
mkdir -p "$libraries" "$licences"

# The package that a file came with; the archive may know it by the path without /usr.
package_of() {
  local found
  found=$(dpkg-query -S "$1" 2>/dev/null || dpkg-query -S "${1#/usr}")
  printf '%s\n' "${found%%:*}"
}

# Its licence, and where its source is.
record() {
  local package=$1
  [ ! -e "$licences/$package" ] || return 0
  cp "/usr/share/doc/$package/copyright" "$licences/$package"
  # shellcheck disable=SC2016 # dpkg's own variables
  dpkg-query -W -f '${Package} ${Version}, from the source package ${source:Package} ${source:Version} of Debian\n' \
    "$package" >>"$licences/PACKAGES"
}

# Copies a library and what it needs, which it says itself: ldd would have to run it, and it may be for another machine.
declare -A copied
copy() {
  local library=$1 package section needed
  [ -z "${copied[$library]:-}" ] || return 0
  copied[$library]=yes
  package=$(package_of "$(realpath "$library")")
  case $package in libc6 | libgcc-s1) return 0 ;; esac
  install -m 644 "$(realpath "$library")" "$libraries/$(basename "$library")"
  record "$package"
  section=$(readelf -d "$library")
  while read -r needed; do
    copy "$(dirname "$library")/$needed"
  done < <(sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p' <<<"$section")
}

for library in "$@"; do
  copy "$library"
  plugins=$(dirname "$library")/libmariadb3/plugin
  if [[ $(basename "$library") == libmariadb.so* && -d $plugins ]]; then
    mkdir -p "$libraries/libmariadb3/plugin"
    install -m 644 "$plugins"/*.so "$libraries/libmariadb3/plugin"
  fi
done
for package in libsqlite3-dev zlib1g-dev libpugixml-dev libfmt-dev libstdc++-12-dev libstdc++-12-dev-arm64-cross \
  libtoml11-dev nlohmann-json3-dev; do
  [ ! -e "/usr/share/doc/$package/copyright" ] || record "$package"
done
sort -u -o "$licences/PACKAGES" "$licences/PACKAGES"

# Debian keeps the licences that many share in one place, and names them there.
mkdir -p "$licences/common-licenses"
grep -ohE '/usr/share/common-licenses/[A-Za-z0-9.-]+[A-Za-z0-9]' "$licences"/lib* "$licences"/nlohmann* "$licences"/zlib* | sort -u |
  while read -r text; do [ ! -f "$text" ] || cp "$text" "$licences/common-licenses/"; done
