#!/usr/bin/env bash
# Trees and topics of real servers in an encrypted directory, whose trees are objects: every command reads it as a plain one, the restored
# tree dumps as the first, and copies go from one kind of store to the other and back.
. "$(dirname "$0")/scenario.inc"
producer() { "$RECORD_PRODUCER" "$@"; }
quietly() { "$@" > out 2> err < /dev/null || failed "set up: $*"; }

start --zookeeper 1 --kafka 1 --kafka-version 3.9.1
zk=$kafka_zookeeper
quietly producer create-topic orders --partitions 3 retention.ms=60480000000000 --bootstrap "$kafka"
quietly producer produce --topic orders --partitions 3 --records 300 --bootstrap "$kafka"
quietly producer consume --group billing --topic orders --records 300 --bootstrap "$kafka"
(umask 077; head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \n' > store.key; head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \n' > other.key)
cat > arkive.yaml <<YAML
clusters:
  prod:
    to: $PWD/sealed
    zookeeper:
      connect: $zk
    kafka:
      bootstrap: $kafka
    encryption:
      key_file: $PWD/store.key
YAML

# ---- backup and dump
expect_status 0 arkive backup -c arkive.yaml --json
run=$(json_of 'd["backups"][0]["run"]["id"]' < out)
expect_json 'd["backups"][0]["run"]["whole"]'
[ -s "sealed/trees/prod/$run/tree.tar.zst" ] || failed "no tree as one object: $(ls -R sealed/trees)"
if grep -rqa "retention.ms" sealed; then failed "plain text in the store"; fi
export ARKIVE_KEY_FILE=$PWD/store.key
quietly arkive dump --zk "$zk" --to sealed --cluster prod
quietly tool configs -- --alter --entity-type topics --entity-name orders --add-config retention.ms=1000000000000000
expect_status 0 arkive dump --zk "$zk" --to sealed --cluster prod --json
changed=$(json_of 'd["run"]' < out)
ok "a backup and two dumps go into an encrypted directory"

# ---- read back
expect_status 0 arkive list --from sealed
expect_equal "lines of the list" 4 "$(wc -l < out)"
expect_status 0 arkive show --from sealed
expect_line "quiet"
expect_status 0 arkive show --from "sealed@$run" /config/topics/orders
expect_line 604800000
expect_status 0 arkive show --from sealed /config/topics/orders
expect_line 1000000
expect_status 0 arkive log --from sealed
expect_line 1000000
expect_status 0 arkive diff --from sealed "$run" latest
expect_line 1000000
expect_status 0 arkive export --from "sealed@$run" orders -o orders.jsonl
expect_equal "records exported" 300 "$(wc -l < orders.jsonl)"
expect_status 0 arkive verify --from sealed
expect_line "sound"
(unset ARKIVE_KEY_FILE; expect_status 2 arkive list --from sealed) || exit 1
ok "list, show, log, diff, export and verify read it"

# ---- another store of another kind, and back, with another key
unset ARKIVE_KEY_FILE
expect_status 2 arkive copy --from sealed --key-file store.key --to plain
expect_line --to-plain
expect_status 0 arkive copy --from sealed --key-file store.key --to plain --to-plain
expect_status 0 arkive verify --from plain
[ -d "plain/trees/prod/$run/tree/znodes" ] || failed "the copy has no plain files"
expect_status 0 arkive copy --from plain --to again --to-key-file other.key --json
expect_json 'len(d["copied"]) == 3 and d["segments"] >= 3'
expect_status 0 arkive copy --from plain --to again --to-key-file other.key --json
expect_json 'd["copied"] == [] and len(d["present"]) == 3 and d["bytes"] == 0'
expect_status 0 arkive verify --from again --key-file other.key
expect_status 0 arkive export --from "again@$run" --key-file other.key orders -o copied.jsonl
expect_same_file "the records of a copy of a copy" orders.jsonl copied.jsonl
for store in plain "sealed --key-file store.key" "again --key-file other.key"; do
  set -- $store
  expect_status 0 arkive show --from "$@" /config/topics/orders
  cp out "shown-$1"
done
expect_same_file "a znode" shown-plain shown-sealed
expect_same_file "a znode" shown-plain shown-again
ok "arkive copy decrypts, encrypts and changes the key; nothing is sent twice"

# ---- the tree comes back
expect_status 0 arkive restore znodes --from sealed --key-file store.key --zk "${zk%%/*}/restored" --profile generic
quietly arkive dump --zk "${zk%%/*}/restored" --to "dir:$PWD/restored" --cluster prod
quietly arkive dump --zk "${zk%%/*}/restored" --to "dir:$PWD/resealed" --cluster prod --key-file store.key
quietly arkive copy --from resealed --key-file store.key --to resealed-plain --to-plain
hashes() { zstd -dqc "$1"/trees/prod/*/files.sha256.zst; }
expect_same_file "the restored tree, from both kinds of store" <(hashes restored) <(hashes resealed-plain)
quietly arkive copy --from "sealed@$changed" --key-file store.key --to first-plain --to-plain
expect_same_file "the dump and the restored tree" <(hashes first-plain) <(hashes restored)
ok "the restored tree dumps as the first one"

# ---- a plan from there
expect_status 0 arkive plan --from sealed --key-file store.key --zk "$zk" --kafka "$kafka" -o plan.json
expect_status 0 arkive apply plan.json --key-file store.key --dry-run
ok "a plan is made and read from it"

# ---- prune
expect_status 0 arkive prune --from sealed --key-file store.key --keep 1 --dry-run
expect_status 0 arkive prune --from sealed --key-file store.key --keep 1
expect_status 0 arkive verify --from sealed --key-file store.key
ok "prune leaves a sound store"
