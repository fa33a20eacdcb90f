#!/usr/bin/env bash
# The example: builds whimbrel when that is needed, migrates the SQLite database persons.db beside this script to the
# files in sql/, and shows what was done. Run it again: there is nothing left to do. Then change a file or add a V3.
#   WHIMBREL   a program to use instead of building one
set -eu
umask 022
cd "$(dirname "${BASH_SOURCE[0]}")"

if [ -z "${WHIMBREL:-}" ]; then
  root=$(cd ../.. && pwd)
  WHIMBREL=$root/build/release/whimbrel
  "$root/tests/packages" build
  [ -x "$WHIMBREL" ] || echo "Building whimbrel, which takes some minutes the first time ..."
  (cd "$root" && cmake --preset release >/dev/null && cmake --build --preset release -- --quiet)
fi

"$WHIMBREL" migrate
"$WHIMBREL" info
