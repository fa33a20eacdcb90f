# Makes a new machine a migration host: the end of its user data, which cloud-init runs once, as root. Needs the AWS command
# line, which is part of Amazon Linux, and of the network only S3. It may be run again.
#   ARTIFACTS        the bucket with the tool's archive, rds-ca.pem and conf/*.conf
#   ARCHIVE          the key of the archive, which holds one folder with the program `flyway` at its root
#   ARCHIVE_SHA256   its checksum
#   VERSION          what the mappings call it: it goes to /opt/flyway/VERSION
set -eu
umask 022

root=${MIGRATION_ROOT:-}               # another root folder, and
account=${MIGRATION_ACCOUNT:-flyway}   # another account: for trying it out

id "$account" >/dev/null 2>&1 ||
  useradd --system --no-create-home --home-dir /var/lib/flyway/home --shell /sbin/nologin "$account"
group=$(id -g "$account")

# The account may read the configuration and the tool, and write only to its home. The locks are root's.
install -d -m 755 "$root/opt/flyway" "$root/var/lib/flyway"
install -d -m 750 -g "$group" "$root/etc/flyway"
install -d -m 700 "$root/var/lib/flyway/locks"
install -d -m 700 -o "$account" -g "$group" "$root/var/lib/flyway/home"

work=$(mktemp -d "$root/opt/flyway/.install-XXXXXX")
trap 'rm -rf "$work"' EXIT

# The rights of a role that is new take a while until they work everywhere.
fetch() {
  tries=${MIGRATION_TRIES:-20}
  until aws s3 cp --only-show-errors "$@"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || exit 1
    sleep 6
  done
}

fetch "s3://$ARTIFACTS/$ARCHIVE" "$work/archive.tar.gz"
echo "$ARCHIVE_SHA256  $work/archive.tar.gz" | sha256sum --check --strict --quiet
mkdir "$work/tool"
tar -xzf "$work/archive.tar.gz" -C "$work/tool" --strip-components=1 --no-same-owner
"$work/tool/flyway" -v   # a program that can't run here is noticed now
rm -rf "$root/opt/flyway/$VERSION"
mv "$work/tool" "$root/opt/flyway/$VERSION"

fetch --recursive "s3://$ARTIFACTS/conf/" "$work/conf/"
fetch "s3://$ARTIFACTS/rds-ca.pem" "$work/conf/rds-ca.pem"
install -m 640 -g "$group" "$work"/conf/* "$root/etc/flyway/"
