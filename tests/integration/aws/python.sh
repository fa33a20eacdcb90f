#!/usr/bin/env bash
# Runs Debian's python3 with the packages of requirements.txt: boto3 and moto for the tests of examples/aws. They are
# installed when that file has changed, into a virtual environment of its own.
#   usage: tests/integration/aws/python.sh ARGUMENT...
#   WHIMBREL_TEST_AWS_PYTHON   that environment's folder (default /var/tmp/whimbrel-tests-aws-python)
set -eu
umask 022
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=${WHIMBREL_TEST_AWS_PYTHON:-/var/tmp/whimbrel-tests-aws-python}

mkdir -p "$folder"
exec 9>"$folder/lock"
flock 9   # several tests start at once
if ! cmp -s "$here/requirements.txt" "$folder/installed.txt"; then
  rm -rf "$folder/environment" "$folder/installed.txt"
  /usr/bin/python3 -m venv "$folder/environment"
  "$folder/environment/bin/pip" --disable-pip-version-check install --quiet --no-input --no-deps \
    --only-binary :all: --requirement "$here/requirements.txt" >&2
  cp "$here/requirements.txt" "$folder/installed.txt"
fi
exec 9>&-
exec "$folder/environment/bin/python" "$@"
