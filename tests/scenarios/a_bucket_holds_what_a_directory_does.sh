#!/usr/bin/env bash
# Trees and topics of real servers go into buckets, plain and encrypted, of a MinIO behind TLS, and into a directory: every command reads
# the three alike, and what is restored from them is the same. What a bucket refuses is told in words.
. "$(dirname "$0")/scenario.inc"
producer() { "$RECORD_PRODUCER" "$@"; }
quietly() { "$@" > out 2> err < /dev/null || failed "set up: $*"; }

start --zookeeper 1 --kafka 1 --kafka-version 3.9.1 --minio --minio-tls --bucket backups
zk=$kafka_zookeeper
export AWS_ACCESS_KEY_ID=$minio_access_key AWS_SECRET_ACCESS_KEY=$minio_secret_key
export AWS_ENDPOINT_URL_S3=$minio AWS_CA_BUNDLE=$minio_certificates ARKIVE_S3_LEASE=3s
quietly producer create-topic orders --partitions 3 retention.ms=604800000 --bootstrap "$kafka"
quietly producer produce --topic orders --partitions 3 --records 300 --bootstrap "$kafka"
quietly producer consume --group billing --topic orders --records 300 --bootstrap "$kafka"
quietly producer create-topic bulk --bootstrap "$kafka"
quietly producer produce --topic bulk --records 12000 --size 1000 --value random --bootstrap "$kafka"
expect_status 0 arkive key make store.key
bucket=s3://backups/zoo
sealed=(s3://backups/sealed --key-file store.key)

# ---- what cannot be reached is told before any work
expect_status 0 arkive check --zk "$zk" --to $bucket
expect_line "not there yet, the first dump makes it"
AWS_CA_BUNDLE='' expect_status 1 arkive dump --zk "$zk" --to $bucket
expect_line "certificate"
AWS_SECRET_ACCESS_KEY=canary-wrong expect_status 1 arkive dump --zk "$zk" --to $bucket
expect_line "SignatureDoesNotMatch"
expect_no_line canary
AWS_ACCESS_KEY_ID='' expect_status 2 arkive dump --zk "$zk" --to $bucket
expect_line "only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is set"
expect_status 2 arkive dump --zk "$zk" --to s3://no-such-bucket/zoo
expect_line "there is no bucket 'no-such-bucket'"
expect_status 2 arkive dump --zk "$zk" --to s3://Backups/zoo
expect_status 1 arkive list --from $bucket
expect_line "it holds no arkive.json"
ok "a wrong key, certificate, bucket and name are refused"

# ---- in
for place in "$bucket" "${sealed[*]} --hide-names" plain; do
  set -- $place
  expect_status 0 arkive dump --zk "$zk" --cluster prod --to "$@"
  expect_status 0 arkive archive --kafka "$kafka" --cluster prod --to "$@"
done
quietly tool configs -- --alter --entity-type topics --entity-name orders --add-config retention.ms=1000000
quietly producer produce --topic orders --partitions 3 --records 30 --first-record 300 --bootstrap "$kafka"
for place in "$bucket" "${sealed[*]}" plain; do
  set -- $place
  expect_status 0 arkive dump --zk "$zk" --cluster prod --to "$@"
  expect_status 0 arkive archive --kafka "$kafka" --cluster prod --to "$@" --json
  expect_json 'd["run"]["whole"]'
done
cat > arkive.yaml <<YAML
clusters:
  prod:
    to: $bucket
    zookeeper:
      connect: $zk
    kafka:
      bootstrap: $kafka
YAML
expect_status 0 arkive backup -c arkive.yaml --json
expect_json 'd["backups"][0]["run"]["whole"]'
expect_status 0 arkive check --zk "$zk" --to $bucket
expect_line "holds 1 cluster"
ok "dump, archive and backup go into buckets"

# ---- read back
number=0
for place in "$bucket" "${sealed[*]}" plain; do
  set -- $place
  number=$((number + 1))
  expect_status 0 arkive verify --from "$@"
  expect_line "sound"
  expect_status 0 arkive list --from "$@"
  expect_line "1 topic"
  expect_status 0 arkive show --from "$@" /config/topics/orders
  tail -n +2 out > "znode-$number"  # the first line names the run
  expect_status 0 arkive log --from "$@"
  expect_line 1000000
  expect_status 0 arkive show --from "$@" orders
  for topic in orders bulk; do expect_status 0 arkive export --from "$@" "$topic" -o "$topic-$number.jsonl"; done
done
for other in 2 3; do
  expect_same_file "the znode" znode-1 znode-$other
  for topic in orders bulk; do expect_same_file "the records of $topic" $topic-1.jsonl $topic-$other.jsonl; done
done
expect_equal "records exported" "330 12000" "$(wc -l < orders-1.jsonl) $(wc -l < bulk-1.jsonl)"
ok "verify, list, show, log and export read them alike"

# ---- back
number=0
for place in "$bucket" "${sealed[*]}" plain; do
  set -- $place
  number=$((number + 1))
  expect_status 0 arkive restore znodes --from "$@" --zk "${zk%%/*}/restored-$number" --profile generic
  quietly arkive dump --zk "${zk%%/*}/restored-$number" --to "restored-$number" --cluster prod
  zstd -dqc restored-$number/trees/prod/*/files.sha256.zst > "tree-$number"
  expect_status 0 arkive restore topics --from "$@" --kafka "$kafka" --topics orders --rename orders=orders-$number --journal journal-$number
  quietly arkive archive --kafka "$kafka" --topics orders-$number --to topics-$number
  quietly arkive export --from topics-$number orders-$number -o restored-$number.jsonl
done
[ -s tree-1 ] || failed "a tree was restored"
for other in 2 3; do
  expect_same_file "the restored tree" tree-1 tree-$other
  expect_status 0 python3 "$scenarios/same_records.py" restored-1.jsonl restored-$other.jsonl
done
expect_status 0 arkive plan --from $bucket --zk "$zk" --kafka "$kafka" -o plan.json
expect_status 0 arkive apply plan.json --dry-run
ok "restored, they are the same"

# ---- from one to the other
expect_status 0 arkive copy --from $bucket --to copied --json
runs=$(json_of 'len(d["copied"])' < out)
expect_status 0 arkive verify --from copied
expect_status 0 arkive copy --from copied --to s3://backups/second --to-key-file store.key --json
expect_json "len(d['copied']) == $runs and d['bytes'] > 10000000"
expect_status 0 arkive copy --from copied --to s3://backups/second --to-key-file store.key --json
expect_json "d['copied'] == [] and d['bytes'] == 0"
expect_status 0 arkive verify --from s3://backups/second --key-file store.key
expect_status 2 arkive copy --from $bucket --to $bucket/
ok "copied into a directory, and from there into another bucket with a key"

# ---- a run that is killed holds its lock for as long as the lease, and no longer
quietly producer produce --topic bulk --records 60000 --size 1000 --value random --bootstrap "$kafka"
"$arkive_program" archive --kafka "$kafka" --cluster prod --to $bucket > killed 2>&1 < /dev/null &
archiver=$!
is_at_work() { [ -n "$(find "$minio_data/backups/zoo/locks/topics" -newer killed -name xl.meta)" ]; }
until_true "the archiver begins" is_at_work
kill -KILL "$archiver"; wait "$archiver" 2> /dev/null
expect_status 0 arkive archive --kafka "$kafka" --cluster prod --to $bucket --json
expect_json 'd["run"]["whole"]'
expect_status 0 arkive verify --from $bucket
expect_line "sound"
ok "after a kill the next run takes the lock over and is whole"

# ---- prune
expect_status 0 arkive prune --from $bucket --keep 1
expect_status 0 arkive verify --from $bucket
expect_status 0 arkive show --from $bucket /config/topics/orders
ok "prune leaves a sound store"

# ---- a server that is gone
services stop minio > /dev/null
expect_status 1 arkive list --from $bucket
expect_line "s3://backups/zoo"
expect_line "hint:"
ok "a server that is gone is named"
