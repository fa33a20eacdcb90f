#!/usr/bin/env bash
# Uploads the migrations of a folder that are new or have changed, one after another in the order in which they have to be
# applied: whatever a run finds while this goes on, it never sees a version without those before it.
#   usage: upload.sh FOLDER BUCKET
# Needs the AWS command line, and a bucket with S3's own encryption, where the ETag is the MD5 of the content. Nothing is
# removed from the bucket; what is only there is named.
set -euo pipefail

folder=${1:?usage: upload.sh FOLDER BUCKET}
bucket=${2:?usage: upload.sh FOLDER BUCKET}
cd "$folder"

listing=$(aws s3api list-objects-v2 --bucket "$bucket" --query 'Contents[].[ETag, Key]' --output text)
declare -A uploaded=()
while IFS=$'\t' read -r etag key; do
  [ -z "$key" ] || uploaded[$key]=${etag//\"/}
done <<<"$listing"

# The paths of the versioned files, by version: that of sub/V2_1__x.sql is 2.1.
versions() {
  find . -type f -name '[BUV]*__*.sql' -printf '%f\t%P\n' |
    awk -F '\t' '{ version = substr($1, 2); sub(/__.*/, "", version); gsub("_", ".", version); print version "\t" $2 }' |
    sort -V -t $'\t' -k 1,1 | cut -f 2-
}

# Settings first, for they belong to the scripts beside them; repeatables and callbacks last, for they may need any version.
{
  find . -type f -name '*.sql.conf' -printf '%P\n' | sort
  versions
  find . -type f -name '*.sql' ! -name '[BUV]*__*.sql' -printf '%P\n' | sort
} | while IFS= read -r file; do
  sum=$(md5sum <"$file")
  if [ "${uploaded[$file]-}" != "${sum%% *}" ]; then
    echo "$file"
    aws s3api put-object --bucket "$bucket" --key="$file" --body "./$file" --checksum-algorithm SHA256 >/dev/null
  fi
done

for file in "${!uploaded[@]}"; do
  [ -e "$file" ] || echo "only in the bucket: $file"
done
