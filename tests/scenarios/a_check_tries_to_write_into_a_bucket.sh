#!/usr/bin/env bash
# `arkive check` says that a dump would be whole only where it tried to write, and leaves nothing behind in a bucket: with rights to read alone, and
# with a retention that the bucket does not know, it says what the dump would say.
. "$(dirname "$0")/scenario.inc"
start --zookeeper 1 --minio --bucket backups
zk=$zookeeper
page=$scenarios/../../docs/stores.md
export AWS_ENDPOINT_URL_S3=$minio ARKIVE_S3_LEASE=3s AWS_ACCESS_KEY_ID=$minio_access_key AWS_SECRET_ACCESS_KEY=$minio_secret_key
printf 'create /app one\n' | znodes "$zk"
objects() { find "$minio_data/backups" -type d -name '*.json' -o -type d -name '*.zst' -o -type d -name '*.lock' | sort; }

# ---- where there is nothing yet, nothing is tried, and it says so
objects > before
expect_status 0 arkive check --zk "$zk" --to s3://backups/zoo
expect_line "writing was not tried"
expect_no_line "a dump would be whole"
objects > after
expect_same_file "the bucket" before after
expect_status 0 arkive dump --zk "$zk" --to s3://backups/zoo
ok "a new store: writing was not tried"

# ---- where there is a store, it is
objects > before
expect_status 0 arkive check --zk "$zk" --to s3://backups/zoo --json
expect_json 'd["would_be_whole"] and d["looks"][0]["writing_tried"]'
expect_status 0 arkive check --zk "$zk" --to s3://backups/zoo
expect_line "a dump would be whole"
objects > after
expect_same_file "the bucket" before after
expect_status 0 arkive verify --from s3://backups/zoo
expect_line "sound: 1 run"
ok "a store that is there: it was tried, and nothing is left behind"

# ---- a retention in a bucket without Object Lock
export ARKIVE_S3_RETENTION="governance 1h"
expect_status 1 arkive dump --zk "$zk" --to s3://backups/zoo
expect_status 1 arkive check --zk "$zk" --to s3://backups/zoo
expect_line "BAD   destination s3://backups/zoo"
expect_line "a dump would fail"
expect_no_line "would be whole"
unset ARKIVE_S3_RETENTION
ok "a retention that the bucket does not know is found"

# ---- rights to read alone
python3 - "$page" > read.json << 'END'
import sys
page = open(sys.argv[1]).read()
block = page[page.index("<!-- policy: read -->"):].split("\n\n")[1]
print("\n".join(line[4:] for line in block.split("\n")))
END
curl -sS --aws-sigv4 aws:amz:us-east-1:sts --user "$minio_access_key:$minio_secret_key" "$minio/" --data-urlencode Action=AssumeRole \
  --data-urlencode Version=2011-06-15 --data-urlencode DurationSeconds=3600 --data-urlencode "Policy@read.json" > sts.xml || failed "ask for credentials"
of() { sed -n "s/.*<$1>\([^<]*\).*/\1/p" sts.xml; }
AWS_ACCESS_KEY_ID=$(of AccessKeyId) AWS_SECRET_ACCESS_KEY=$(of SecretAccessKey) AWS_SESSION_TOKEN=$(of SessionToken)
export AWS_SESSION_TOKEN
expect_status 1 arkive dump --zk "$zk" --to s3://backups/zoo
expect_line AccessDenied
expect_status 1 arkive check --zk "$zk" --to s3://backups/zoo
expect_line AccessDenied
expect_line "a dump would fail"
expect_no_line "would be whole"
ok "rights to read alone are found"
