#!/usr/bin/env bash
# Cross-compiles the packages for arm64 in a Debian 12 root of its own, which leaves this machine's packages alone, and uses
# them as package.sh does, in minimal arm64 roots; then the program is held against the recorded answers, on SQLite. It is
# qemu that runs it: this says nothing of how fast it is, nor of what a processor forbids and an emulator does not.
#   usage: tests/checks/package-arm64.sh [RELEASE]...    default: bookworm
# Needs root, on x86-64, and python3-yaml; what package.sh says of tools and servers is true here, too. Minutes of compiling
# the first time: build/release-arm64. The roots are kept: remove /var/tmp/whimbrel-arm64-build to build with newer packages.
set -eu
# shellcheck source=tests/checks/package.sh
source "$(dirname "$0")/package.sh"
preset='release-arm64'
build=$source/build/$preset
machine=AArch64
emulator=(/qemu-aarch64-static)
schema=whimbrel_arm64_package

# The root has the source where this machine has it, while it is needed.
builder=/var/tmp/whimbrel-arm64-build
building() {
  mkdir -p "$builder/$source"
  # shellcheck disable=SC2016 # the inner shell's
  unshare --mount sh -c 'mount --bind "$1" "$2/$1" && mount -t proc proc "$2/proc" && shift && exec chroot "$@"' \
    sh "$source" "$builder" env -i -C "$source/$1" PATH=/usr/sbin:/usr/bin:/sbin:/bin "${@:2}"
}

# Debian's security updates are beside its archive, and debootstrap does not know them.
prepare_builder() {
  minimal_system "$builder" bookworm >/dev/null
  sed -E 's#^deb (\S+) (\S+) #deb \1-security \2-security #' "$builder/etc/apt/sources.list" >"$builder/etc/apt/sources.list.d/security.list"
  building . tests/packages arm64
}

# Unpacked, not set up: that would take programs which run others. The program has its libraries all the same.
root_of() {
  local root
  root=$(minimal_system "/var/tmp/whimbrel-root-$1-arm64" "$1" --arch=arm64 --foreign)
  # A link to itself, where debootstrap believes to be in a container.
  [ ! -L "$root/proc" ] || rm "$root/proc"
  mkdir -p "$root/proc" "$root/opt" "$root/usr/local/bin"
  cp "$builder/usr/bin/qemu-aarch64-static" "$root/"
  printf '%s\n' "$root"
}

install_deb() {
  dpkg-deb -x "$build"/whimbrel_*.deb "$1"
}

remove_deb() {
  dpkg-deb -c "$build"/whimbrel_*.deb | awk '/^-/ {print $6}' | (cd "$1" && xargs rm)
}

# The recorded answers, as another processor gives them. Here the program finds the root's libraries by qemu alone.
check_answers() {
  local program=$build/emulated-whimbrel
  printf '#!/bin/sh\nexec "%s" -L "%s" "%s" "$@"\n' "$builder/usr/bin/qemu-aarch64-static" "$builder" "$build/whimbrel" >"$program"
  chmod +x "$program"
  "$source/tests/conformance/run.py" check --tool "$program" --databases sqlite || fail "other answers than on x86-64"
}

[ "$#" -gt 0 ] || set -- bookworm
prepare_builder
check_packages "$@"
check_answers
