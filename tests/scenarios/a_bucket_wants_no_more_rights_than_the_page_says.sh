#!/usr/bin/env bash
# The policy that docs/stores.md gives is tried on a MinIO that enforces it: with it, and temporary credentials, dumps, archives and verify go
# through, and whoever has it can neither remove anything nor see what lies beside the store. In a bucket with Object Lock, who prunes knows nothing of it.
. "$(dirname "$0")/scenario.inc"
. "$(dirname "$0")/bucket_rights.inc"
producer() { "$RECORD_PRODUCER" "$@" > out 2> err < /dev/null || failed "record_producer $*"; }
start --zookeeper 1 --kafka 1 --kafka-version 3.9.1 --minio --bucket backups
zk=$kafka_zookeeper
export AWS_ENDPOINT_URL_S3=$minio ARKIVE_S3_LEASE=3s
producer create-topic orders --partitions 2 --bootstrap "$kafka"
producer produce --topic orders --partitions 2 --records 20000 --size 1000 --value random --bootstrap "$kafka"

# ---- a store beside it, which is nobody's business
owner
expect_status 0 arkive dump --zk "$zk" --to s3://backups/other

# ---- writing
policy write > write.json
credentials_for write.json
for _ in 1 2; do
  expect_status 0 arkive dump --zk "$zk" --to s3://backups/zoo --cluster prod
  expect_status 0 arkive archive --kafka "$kafka" --to s3://backups/zoo --cluster prod --json
  expect_json 'd["run"]["whole"]'
done
expect_status 0 arkive verify --from s3://backups/zoo
expect_line sound
ok "dump, archive and verify with the policy to write"

expect_status 1 arkive prune --from s3://backups/zoo --keep 1
expect_line AccessDenied
expect_line "docs/stores.md"
expect_status 1 arkive list --from s3://backups/other
expect_line AccessDenied
expect_status 1 arkive dump --zk "$zk" --to s3://backups/other
expect_status 0 arkive verify --from s3://backups/zoo
ok "it removes nothing, and sees nothing beside the store"

# ---- reading
policy read > read.json
credentials_for read.json
expect_status 0 arkive list --from s3://backups/zoo
expect_status 0 arkive verify --from s3://backups/zoo
expect_status 0 arkive export --from s3://backups/zoo orders -o orders.jsonl
expect_status 1 arkive dump --zk "$zk" --to s3://backups/zoo --cluster prod
expect_line AccessDenied
ok "list, verify and export with the policy to read"

# ---- pruning
policy prune > prune.json
credentials_for prune.json
expect_status 0 arkive prune --from s3://backups/zoo --keep 1
expect_line "removed 2 runs"
expect_status 0 arkive verify --from s3://backups/zoo
ok "prune with the policy to prune"

# ---- pruning where runs are locked
owner
make_locked_bucket locked
for _ in 1 2 3; do
  ARKIVE_S3_RETENTION="governance 1d" expect_status 0 arkive dump --zk "$zk" --to s3://locked/zoo --cluster prod
done
arkive list --from s3://locked/zoo > before
sed 's/backups/locked/' prune.json > prune-locked.json
credentials_for prune-locked.json
expect_status 3 arkive prune --from s3://locked/zoo --keep 1
expect_line "its retention lasts until"
arkive list --from s3://locked/zoo > after
cmp -s before after || failed "a prune that frees nothing hides nothing"
sed 's/"s3:GetObjectRetention", //' prune-locked.json > prune-blind.json
credentials_for prune-blind.json
expect_status 3 arkive prune --from s3://locked/zoo --keep 1
expect_line "s3:GetObjectRetention"
arkive list --from s3://locked/zoo > after
cmp -s before after || failed "what may not be seen is not removed"
ok "prune of locked runs keeps and names them, with the policy to prune and with less"

# ---- what became of the credentials
credentials_for write.json
export AWS_SESSION_TOKEN=canary-wrong-token
expect_status 1 arkive list --from s3://backups/zoo
expect_no_line canary
ok "a wrong token is refused"
