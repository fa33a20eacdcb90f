#!/bin/sh
# Runs the example of the README twice on a new database: it migrates, then finds nothing to do.
#   usage: tests/checks/example.sh WHIMBREL
set -eu
export WHIMBREL="${1:?usage: example.sh WHIMBREL}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$(dirname "$0")"/../../examples/local/*.* "$work"
cp -R "$(dirname "$0")/../../examples/local/sql" "$work"
rm -f "$work/persons.db"

expect() {
  grep -qF -- "$1" "$work/output" && return
  echo "missing in the output: $1" && cat "$work/output"
  exit 1
}

"$work/run.sh" >"$work/output"
expect 'Successfully applied 3 migrations to schema "main", now at version v2'
expect '| Versioned  | 2       | alter table persons  | SQL  |'
"$work/run.sh" >"$work/output"
expect 'Schema "main" is up to date. No migration necessary.'
