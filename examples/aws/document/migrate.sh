# Runs the migration tool for one bucket: the script of the Systems Manager document. The agent runs it as root with /bin/sh,
# without a terminal, a HOME or a login profile.
set -eu
umask 027
started=$(date +%s)

# Parameters come as variables, so that no value is ever part of this text. An agent before 3.3.2746.0 doesn't know that
# and fills them in here; the patterns of the document let nothing through that a shell would take for more than a word.
if [ -z "${SSM_bucket+x}" ]; then
  SSM_bucket="{{ bucket }}" SSM_schema="{{ schema }}" SSM_flywayVersion="{{ flywayVersion }}"
  SSM_flywayConf="{{ flywayConf }}" SSM_command="{{ command }}" SSM_source="{{ source }}"
fi

root=${MIGRATION_ROOT:-}               # another root folder, and
account=${MIGRATION_ACCOUNT:-flyway}   # another account: for trying it out
tool=$root/opt/flyway/$SSM_flywayVersion/flyway
conf=$root/etc/flyway/$SSM_flywayConf
state=$root/var/lib/flyway

fail() {
  echo "ERROR: $1" >&2
  exit 1
}

[ -x "$tool" ] || fail "flywayVersion $SSM_flywayVersion is not installed on this host: there is no $tool"
[ -f "$conf" ] || fail "flywayConf $SSM_flywayConf is not on this host: there is no $conf"

# One run at a time for a bucket, and one more that waits for it. Whoever comes while one waits has nothing to do: that
# one has not looked into the bucket yet, and will find what was uploaded before now.
exec 8>"$state/locks/$SSM_bucket.next" 9>"$state/locks/$SSM_bucket"
if [ "$SSM_command" = migrate ]; then
  flock -n 8 || {
    echo "Another run for $SSM_bucket is about to start, and will apply what was uploaded: nothing to do here."
    exit 0
  }
fi
flock -n 9 || {
  echo "Waiting for another run for $SSM_bucket to end ..."
  flock 9
}
exec 8>&-

# Root's rights are given up for all that reads the bucket or talks to the database.
export HOME="$state/home"
cd "$HOME"
unprivileged() { setpriv --reuid="$account" --regid="$(id -g "$account")" --init-groups --no-new-privs -- "$@"; }

case $SSM_source in
  s3) location=s3:$SSM_bucket ;;
  sync)
    # The classic way, for a tool that can't read S3. --exact-timestamps: a file may change and keep its size.
    unprivileged mkdir -p "$HOME/$SSM_bucket"
    unprivileged aws s3 sync --delete --exact-timestamps --no-progress --exclude '*' --include '*.sql' --include '*.conf' \
      "s3://$SSM_bucket" "$HOME/$SSM_bucket"
    location=filesystem:$HOME/$SSM_bucket
    ;;
esac

# At the time limit the agent kills everything without a word. Shortly before that the tool is told to stop: it ends its
# statement, puts back what can be put back, and says where it was.
limit="{{ executionTimeout }}"
margin=$((limit > 600 ? 60 : limit / 10 + 1))
left=$((limit - margin - $(date +%s) + started))
[ "$left" -gt 0 ] || fail "The run waited for others until its time was over."
unprivileged timeout --foreground "$left" "$tool" "-configFiles=$conf" "-schemas=$SSM_schema" "-locations=$location" "$SSM_command"
