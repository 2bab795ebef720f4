#!/usr/bin/env bash
# Three brokers and their ZooKeeper are lost with all disks. The znodes of a dump and the log directories that are seeded from an
# archive bring them back: every byte, offset, group, transaction and producer as it was; nothing is truncated.
. "$(dirname "$0")/scenario.inc"
version=${4:-3.9.1}
at_least() { [ "$(printf '%s\n' "$1" "$version" | sort -V | head -1)" = "$1" ]; }   # this Kafka is of that version or later

start --zookeeper 1 --kafka 3 --kafka-version "$version" --log-directories 2 --set min.insync.replicas=1 --set log.cleaner.backoff.ms=200
zk=$kafka_zookeeper
producer() { "$RECORD_PRODUCER" "$@" --bootstrap "$kafka"; }
quietly() { producer "$@" > out 2> err < /dev/null || failed "record_producer $*"; }
produce() {   # OPTION...
  local tries=0
  # A broker may not know yet what another one was told a moment ago.
  until producer produce "$@" > lines 2> err < /dev/null; do
    [ ! -s lines ] && grep -q 'Unknown partition' err && [ $((tries += 1)) -lt 100 ] || failed "produce $*"
  done
}

# ---- a cluster with every kind of topic
codecs=(none gzip snappy lz4)
if at_least 2.1; then codecs+=(zstd); fi
topics=(orders payments appended state trimmed emptied never pairs alone queue)
quietly create-topic orders --partitions 3 --replicas 3
first=0
for codec in "${codecs[@]}"; do
  produce --topic orders --partitions 3 --records 60 --first-record "$first" --codec "$codec" --value text --keys 7 --tombstone-every 9 --headers odd --batch-records 7
  first=$((first + 60))
done
quietly create-topic payments --replicas 3
produce --topic payments --records 40 --transaction pay --transaction-records 5 --abort-every 3
quietly create-topic appended --replicas 3 message.timestamp.type=LogAppendTime segment.bytes=20000
produce --topic appended --records 300 --batch-records 10 --size 500
quietly create-topic state --replicas 3 cleanup.policy=compact segment.bytes=20000 min.cleanable.dirty.ratio=0.01
produce --topic state --records 1500 --keys 20 --tombstone-every 11 --batch-records 50 --quiet
quietly create-topic trimmed --replicas 3
produce --topic trimmed --records 30 --batch-records 5
quietly delete-records trimmed/0=23
quietly create-topic emptied --replicas 3
produce --topic emptied --records 12
quietly delete-records emptied/0=12
quietly create-topic never --partitions 2 --replicas 3
quietly create-topic pairs --assignment "1,2;2,3;3,1"
produce --topic pairs --partitions 3 --records 90
quietly create-topic alone --assignment "2"
produce --topic alone --records 20
quietly create-topic queue --replicas 3
quietly commit --group writers orders/0=7 orders/2=0 --metadata "shelf 3"
seq 1 30 | sed 's/^/letter /' | tool console-producer -- --topic queue > out 2>&1 || failed "set up: produce"
read_queue() {   # RECORDS [OPTION...]: as Java's consumer of the group
  local records=$1
  shift
  # One at a time: that of 1.1 commits what it was given and did not print.
  tool console-consumer -- --topic queue --group readers --max-messages "$records" --timeout-ms 60000 --consumer-property max.poll.records=1 "$@" 2> err
}
read_queue 10 --from-beginning > consumed
expect_equal "the last record that the group read" "letter 10" "$(tail -1 consumed)"
produce --topic payments --records 4 --transaction left-open --last open --transaction-timeout 600s
# A producer that outlives all of it, idempotent: it goes on with its id, epoch and sequence.
mkfifo typed
"$RECORD_PRODUCER" produce --topic alone --records 8 --first-record 1000 --wait-after 5 --first-timestamp "$(date +%s)000" --timestamp-step 1 --set enable.idempotence=true --within 600s --bootstrap "$kafka" < typed > live.lines 2> live.err &
live=$!
exec 7> typed
until grep -qs waiting live.lines; do kill -0 $live 2> err || { cp live.err out; failed "an idempotent producer is at work"; }; done
ok "Kafka $version with topics of all kinds, groups, an open transaction and a producer at work"

tell() {   # DIRECTORY: what clients see
  mkdir "$1"
  for topic in "${topics[@]}"; do
    producer read --topic "$topic" > "$1/$topic.all" 2> err || failed "read $topic"
    producer read --topic "$topic" --committed > "$1/$topic.committed" 2> err || failed "read $topic, what is committed"
  done
  expect_status 0 arkive archive --kafka "$kafka" --to "$1.store" --topics queue
  python3 "$scenarios/archive_lists.py" "$1.store" eval 'print(json.dumps([[g["name"], g["offsets"]] for g in index["groups"]], indent=1)) or True' > "$1/groups" 2> err || failed "groups"
  tool topics -- --describe 2> err | sed 's/[[:space:]]\+/ /g; s/Leader: [0-9]*//; s/Isr: .*//; s/LastKnownElr:.*//' | grep Topic | sort > "$1/topics"
  if at_least 3.0; then
    for topic in alone payments orders; do
      tool transactions -- describe-producers --topic "$topic" --partition 0 2> err | sort > "$1/$topic.producers"
    done
    grep -qE '^[0-9]' "$1/alone.producers" || { cp "$1/alone.producers" out; failed "a producer of the topic alone is described"; }
  fi
}
tell before
grep -q 'shelf 3' before/groups || failed "the groups have offsets with metadata"
[ -s before/orders.all ] && [ "$(wc -l < before/payments.all)" -gt "$(wc -l < before/payments.committed)" ] || failed "the topics hold what they should"
expect_equal "records of a topic that was emptied" 0 "$(wc -l < before/emptied.all)"

# ---- archive, dump, loss
expect_status 3 arkive archive --kafka "$kafka" --to store --transaction-wait 0s
expect_line "is open since offset"
expect_status 0 arkive dump --zk "$zk" --to store
stop kafka-1 kafka-2 kafka-3
mkdir source
for id in 1 2 3; do mkdir source/$id && mv servers/kafka-$id/data-* source/$id && mv servers/kafka-$id/server.log source/$id; done
stop zookeeper-1
services wipe zookeeper-1 > /dev/null || failed "wipe"
start zookeeper-1
ok "archived and dumped; then all disks and ZooKeeper are lost"

# ---- back
got=0
arkive restore znodes --from store --zk "$zk" > out 2> err || got=$?
[ "$got" = 0 ] || [ "$got" = 3 ] || failed "restore znodes: exit status $got"
log_dirs() { local base=$scratch/servers/kafka-$1; printf '%s,%s' "$base/data-1" "$base/data-2"; }
for id in 1 2 3; do
  expect_status 0 arkive restore seed --from store --dump store --broker $id --log-dirs "$(log_dirs $id)" --json
  expect_json 'len(d["partitions"]) > 15 and not d["missing"]'
  expect_json '[(t["topic"], t["coordinated"]) for t in d["open_transactions"]] == [("payments", True)]'
  expect_json 'd["highest_producer_id"] > 0 and d["dump"]["raise"] == []'
done
expect_status 1 arkive restore seed --from store --broker 1 --log-dirs "$(log_dirs 1)"
expect_line "empty directories"
ok "three brokers seeded; a second time is refused"

python3 "$scenarios/seeded_directories.py" "$scratch/source" "$scratch/servers" "$version" state > out 2>&1 || failed "what was seeded is what was lost"
ok "$(tail -1 out)"

start
not_in_sync() { tool topics -- --describe --under-replicated-partitions 2> err; }
all_in_sync() { not_in_sync > out && ! grep -q Topic out; }
until_true "every replica is in sync" all_in_sync
tell after
for file in before/*; do expect_same_file "${file#*/} as clients see it" "$file" "after/${file#*/}"; done
ok "the same topics with the same ids, records, groups and producers as before, every replica in sync"

grep -hE 'Truncating to offset|Truncating log|Deleting all segments|Found .*corrupt|Recovering unflushed segment|conflicting entries|OutOfRange|out of range' servers/kafka-*/server.log > out
[ ! -s out ] || failed "no broker truncates or recovers anything"
! at_least 2.8 || grep -hq 'Skipping recovery' servers/kafka-1/server.log || failed "the log level shows how logs are loaded"
ok "no broker truncated, recovered or deleted anything"

# ---- and on it goes
read_queue 5 > consumed
expect_equal "the group goes on with" "letter 11,letter 12,letter 13,letter 14,letter 15" "$(paste -sd, consumed)"
printf 'go on\n' >&7
wait $live || { cp live.err out; failed "the producer that outlived it all goes on"; }
expect_equal "offsets of its three records" "25 26 27" "$(tail -3 live.lines | while read -r line; do json_of 'd["offset"]' <<< "$line"; done | paste -sd' ')"
expect_equal "records of its topic" 28 "$(producer read --topic alone 2> err | wc -l)"
exec 7>&-
produce --topic payments --records 5 --transaction pay --first-record 100
produce --topic payments --records 2 --transaction left-open --first-record 200
# A commit is answered before its markers are in the logs.
has_committed() { producer read --topic payments --committed > committed 2> err && [ $(($(wc -l < before/payments.committed) + 7)) = "$(wc -l < committed)" ]; }
until_true "seven more records are committed" has_committed
ok "a Java consumer, an idempotent producer and two transactional ones go on; the open transaction is aborted"
expect_status 0 arkive archive --kafka "$kafka" --to store --topics "orders,payments,queue,alone,pairs"
expect_no_line "generation"
ok "the archive goes on where it ended"

stop kafka-1
mkdir servers/kafka-1/data-2/.arkive-seed-in-progress-0123456789abcdefx
expect_status 1 services start kafka-1
ok "a broker does not start from a seed that is not finished"
