#!/usr/bin/env bash
# Trees and topics of real servers go into containers of Azure Blob Storage, plain and encrypted, of an Azurite behind TLS, and into a
# directory: every command reads the three alike, and what is restored from them is the same. What a container refuses is told in words.
. "$(dirname "$0")/scenario.inc"
producer() { "$RECORD_PRODUCER" "$@"; }
quietly() { "$@" > out 2> err < /dev/null || failed "set up: $*"; }

start --zookeeper 1 --kafka 1 --kafka-version 3.9.1 --azurite --azurite-tls --container backups
zk=$kafka_zookeeper
export AZURE_STORAGE_ACCOUNT=$azurite_account AZURE_STORAGE_KEY=$azurite_key
export AZURE_STORAGE_SERVICE_ENDPOINT=$azurite ARKIVE_AZURE_CA_BUNDLE=$azurite_certificates ARKIVE_AZURE_LEASE=3s
quietly producer create-topic orders --partitions 3 retention.ms=604800000 --bootstrap "$kafka"
quietly producer produce --topic orders --partitions 3 --records 300 --bootstrap "$kafka"
quietly producer create-topic bulk --bootstrap "$kafka"
quietly producer produce --topic bulk --records 12000 --size 1000 --value random --bootstrap "$kafka"
expect_status 0 arkive key make store.key
container=az://$azurite_account/backups/zoo
sealed=(az://$azurite_account/backups/sealed --key-file store.key)

# ---- what cannot be reached is told before any work
expect_status 0 arkive check --zk "$zk" --to $container
expect_line "not there yet, the first dump makes it"
ARKIVE_AZURE_CA_BUNDLE='' expect_status 1 arkive dump --zk "$zk" --to $container
expect_line "certificate"
AZURE_STORAGE_KEY=Y2FuYXJ5LXdyb25n expect_status 1 arkive dump --zk "$zk" --to $container
expect_line "check"
expect_no_line Y2FuYXJ5
AZURE_STORAGE_KEY='' expect_status 2 arkive dump --zk "$zk" --to $container
expect_line "there are none for the account '$azurite_account'"
AZURE_STORAGE_ACCOUNT=another expect_status 2 arkive dump --zk "$zk" --to $container
expect_line "is of the account 'another'"
expect_status 2 arkive dump --zk "$zk" --to az://$azurite_account/no-such-container/zoo
expect_line "there is no container 'no-such-container'"
expect_status 2 arkive dump --zk "$zk" --to az://$azurite_account/Backups/zoo
expect_status 1 arkive list --from $container
expect_line "it holds no arkive.json"
ok "a wrong key, certificate, account, container and name are refused"

# ---- in
for place in "$container" "${sealed[*]} --hide-names" plain; do
  set -- $place
  expect_status 0 arkive dump --zk "$zk" --cluster prod --to "$@"
  expect_status 0 arkive archive --kafka "$kafka" --cluster prod --to "$@"
done
quietly producer produce --topic orders --partitions 3 --records 30 --first-record 300 --bootstrap "$kafka"
for place in "$container" "${sealed[*]}" plain; do
  set -- $place
  expect_status 0 arkive archive --kafka "$kafka" --cluster prod --to "$@" --json
  expect_json 'd["run"]["whole"]'
done
expect_status 0 arkive check --zk "$zk" --to $container
expect_line "holds 1 cluster"
ok "dump and archive go into containers"

# ---- read back, and restored
number=0
for place in "$container" "${sealed[*]}" plain; do
  set -- $place
  number=$((number + 1))
  expect_status 0 arkive verify --from "$@"
  expect_line "sound"
  for topic in orders bulk; do expect_status 0 arkive export --from "$@" "$topic" -o "$topic-$number.jsonl"; done
  expect_status 0 arkive restore znodes --from "$@" --zk "${zk%%/*}/restored-$number" --profile generic
  quietly arkive dump --zk "${zk%%/*}/restored-$number" --to "restored-$number" --cluster prod
  zstd -dqc restored-$number/trees/prod/*/files.sha256.zst > "tree-$number"
done
[ -s tree-1 ] || failed "a tree was restored"
for other in 2 3; do
  expect_same_file "the restored tree" tree-1 tree-$other
  for topic in orders bulk; do expect_same_file "the records of $topic" $topic-1.jsonl $topic-$other.jsonl; done
done
expect_equal "records exported" "330 12000" "$(wc -l < orders-1.jsonl) $(wc -l < bulk-1.jsonl)"
ok "verify, export and restore read them alike"

# ---- from one to the other
expect_status 0 arkive copy --from $container --to copied --json
expect_status 0 arkive verify --from copied
expect_status 0 arkive copy --from copied --to az://$azurite_account/backups/second --to-key-file store.key
expect_status 0 arkive verify --from az://$azurite_account/backups/second --key-file store.key
expect_status 2 arkive copy --from $container --to $container/
ok "copied into a directory, and from there into another container with a key"

# ---- a run that is killed holds its lock for as long as the lease, and no longer
quietly producer produce --topic bulk --records 60000 --size 1000 --value random --bootstrap "$kafka"
"$arkive_program" archive --kafka "$kafka" --cluster prod --to $container > killed 2>&1 < /dev/null &
archiver=$!
is_at_work() { [ -n "$(find "$azurite_data" -type f -newer killed -size +2M)" ]; }
until_true "the archiver begins" is_at_work
kill -KILL "$archiver"; wait "$archiver" 2> /dev/null
expect_status 0 arkive archive --kafka "$kafka" --cluster prod --to $container --json
expect_json 'd["run"]["whole"]'
expect_status 0 arkive verify --from $container
expect_line "sound"
ok "after a kill the next run takes the lock over and is whole"

# ---- prune
expect_status 0 arkive prune --from $container --keep 1
expect_status 0 arkive verify --from $container
ok "prune leaves a sound store"

# ---- a server that is gone
services stop azurite > /dev/null
expect_status 1 arkive list --from $container
expect_line "$container"
expect_line "hint:"
ok "a server that is gone is named"
