#!/usr/bin/env bash
# Runs the commands under valgrind on each database: no leak, and no use of memory that is not there.
#   usage: tests/reliability/valgrind.sh TOOL    a debug build without sanitizers, such as build/dev/whimbrel
# Needs the package valgrind.
# Servers are those of WHIMBREL_TEST_…_URL (see tests/run), each in a schema of its own. Exits with 1 on any finding.
set -eu
umask 022

tool=$(realpath "${1:?usage: valgrind.sh TOOL}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/sql" "$folder/broken"
cat >"$folder/sql/V1__tables.sql" <<'SQL'
CREATE TABLE one (id INT PRIMARY KEY, text VARCHAR(100));
INSERT INTO one VALUES (1, '${greeting}'), (2, 'ä');
SELECT id, text FROM one;
SQL
echo "CREATE VIEW v AS SELECT id FROM one;" >"$folder/sql/R__view.sql"
seq -f "INSERT INTO one VALUES (%g, 'many');" 10 200 >"$folder/sql/V2__rows.sql"
printf 'INSERT INTO one VALUES (3, NULL);\nSELECT nothing FROM nowhere;\n' >"$folder/broken/V3__broken.sql"

# The thread that cancels statements waits until the program ends: glibc's block for it is in use, and no leak.
cat >"$folder/suppressions" <<'TEXT'
{
   a thread that still waits
   Memcheck:Leak
   match-leak-kinds: possible
   fun:calloc
   ...
   fun:pthread_create*
   ...
   fun:*startCanceller*
}
TEXT

failed=0
# check EXPECTED-EXIT-CODE OPTION... COMMAND
check() {
  local expected=$1 code=0
  shift
  valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,indirect,possible \
    --errors-for-leak-kinds=definite,indirect,possible --num-callers=30 --suppressions="$folder/suppressions" \
    --log-file="$folder/log" "$tool" "$@" -cleanDisabled=false -placeholders.greeting=hello >"$folder/out" 2>&1 || code=$?
  if [ "$code" != "$expected" ] || [ -s "$folder/log" ]; then
    echo "exit code $code instead of $expected: ${*: -2}"
    tail -n 20 "$folder/out"
    cat "$folder/log"
    failed=1
  fi
}

for database in SQLITE MARIADB MYSQL POSTGRESQL; do
  variable=WHIMBREL_TEST_${database}_URL
  url=${!variable:-}
  login=()
  if [ "$database" = SQLITE ]; then
    url=jdbc:sqlite:$folder/test.db
  elif [ -z "$url" ]; then
    echo "$database: skipped, $variable is not set"
    continue
  else
    user=WHIMBREL_TEST_${database}_USER password=WHIMBREL_TEST_${database}_PASSWORD
    login=("-schemas=whimbrel_valgrind_$$" "-user=${!user:-fly}")
    export FLYWAY_PASSWORD=${!password:-fly}
  fi
  settings=("-url=$url" "${login[@]}" "-locations=filesystem:$folder/sql" -recordStatements=true)
  check 0 "${settings[@]}" migrate
  check 1 "${settings[@]}" "-locations=filesystem:$folder/sql,filesystem:$folder/broken" -batch=true migrate
  check 0 "${settings[@]}" repair
  check 0 "${settings[@]}" -outputType=json info
  check 0 "${settings[@]}" validate
  check 1 "${settings[@]}" -password=wrong -url=jdbc:sqlite:/nowhere/at.all info
  check 0 "${settings[@]}" "-dryRunOutput=$folder/plan.sql" migrate
  check 0 "${settings[@]}" clean
  echo "$database: $([ "$failed" = 0 ] && echo "no leak, no error" || echo "see above")"
done
exit "$failed"
