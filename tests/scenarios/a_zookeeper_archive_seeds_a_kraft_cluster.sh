#!/usr/bin/env bash
# The way out of ZooKeeper: an archive of Kafka 3.9.1 in ZooKeeper mode is seeded into Kafka 4.1.0 without ZooKeeper: topics made there
# under new ids, the archived records with their offsets in them, groups and transactional ids going on.
# a_zookeeper_archive_seeds_a_kraft_cluster.sh ARKIVE SERVICES SCRIPTED_DUMP [BROKERS]
. "$(dirname "$0")/scenario.inc"
brokers=${4:-1}

start --zookeeper 1 --kafka "$brokers" --kafka-version 3.9.1 --set min.insync.replicas=1 --set zookeeper.session.timeout.ms=2000
producer() { "$RECORD_PRODUCER" "$@" --bootstrap "$kafka"; }
quietly() { producer "$@" > out 2> err < /dev/null || failed "record_producer $*"; }
produce() { producer produce "$@" > lines 2> err < /dev/null || failed "produce $*"; }
make_topics() {   # the same, in both clusters
  quietly create-topic orders --partitions 3 --replicas "$brokers"
  quietly create-topic payments --replicas "$brokers"
  quietly create-topic appended --replicas "$brokers" message.timestamp.type=LogAppendTime
  quietly create-topic queue --replicas "$brokers"
  quietly create-topic never --replicas "$brokers"
}
make_topics
for codec in none gzip snappy lz4 zstd; do
  produce --topic orders --partitions 3 --records 60 --codec "$codec" --value text --keys 7 --headers odd --batch-records 7
done
produce --topic appended --records 50 --batch-records 10
produce --topic payments --records 40 --transaction pay --transaction-records 5 --abort-every 3
# Leader epochs above those of a new cluster, in batches and in the coordinators' markers.
for round in 1 2 3; do
  stop
  start
  produce --topic orders --partitions 3 --records 6 --first-record $((300 + 6 * round))
  produce --topic payments --records 5 --transaction pay --first-record $((40 + 5 * round))
done
quietly commit --group writers orders/0=7 orders/2=0 --metadata "shelf 3"
seq 1 30 | sed 's/^/letter /' | tool console-producer -- --topic queue > out 2>&1 || failed "set up: produce"
read_queue() {   # RECORDS [OPTION...]: as Java's consumer of the group
  local records=$1
  shift
  tool console-consumer -- --topic queue --group readers --max-messages "$records" --timeout-ms 60000 "$@" 2> err
}
read_queue 10 --from-beginning > consumed
expect_equal "the last record that the group read" "letter 10" "$(tail -1 consumed)"
produce --topic payments --records 4 --transaction left-open --last open --transaction-timeout 600s
tell() {   # DIRECTORY: what clients see
  mkdir "$1"
  for topic in orders payments appended queue never; do
    producer read --topic "$topic" > "$1/$topic.all" 2> err || failed "read $topic"
    producer read --topic "$topic" --committed > "$1/$topic.committed" 2> err || failed "read $topic, what is committed"
  done
  expect_status 0 arkive archive --kafka "$kafka" --to "$1.store" --topics queue
  python3 "$scenarios/archive_lists.py" "$1.store" eval 'print(json.dumps([[g["name"], g["offsets"]] for g in index["groups"]], indent=1)) or True' > "$1/groups" 2> err || failed "groups"
}
tell before
grep -q 'shelf 3' before/groups || failed "the groups have offsets with metadata"
expect_status 3 arkive archive --kafka "$kafka" --to store --transaction-wait 0s
expect_line "is open since offset"
stop
ok "archived from $brokers brokers with ZooKeeper, which then end"

# ---- another cluster, and its own tools
services() { local action=$1; shift; HOME=$real_home "$services_program" "$action" --directory "$scratch/target" "$@"; }
more_clean_up() { services stop --grace 1s > /dev/null 2>&1; }
start --kafka "$brokers" --kafka-version 4.1.0 --set broker.session.timeout.ms=2000
make_topics
quietly create-topic __consumer_offsets --partitions 4 --replicas "$brokers" cleanup.policy=compact segment.bytes=104857600 compression.type=producer
quietly create-topic __transaction_state --partitions 4 --replicas "$brokers" cleanup.policy=compact segment.bytes=104857600 compression.type=uncompressed
stop
mkdir source
for id in $(seq "$brokers"); do cp -r servers/kafka-$id/data source/$id; done
highest=-1
for id in $(seq "$brokers"); do
  expect_status 0 arkive restore seed --into-kraft --from store --broker $id --log-dirs "$scratch/target/kafka-$id/data" --json
  expect_json 'len(d["partitions"]) == 15 and not d["missing"]'
  expect_json 'all(t["coordinated"] for t in d["open_transactions"]) and d["open_transactions"]'
  highest=$(json_of 'd["highest_producer_id"]' < out)
  expect_status 1 arkive restore seed --into-kraft --from store --broker $id --log-dirs "$scratch/target/kafka-$id/data"
  expect_line "the partition has records"
done
[ "$highest" -ge 0 ] || failed "the archive's producers are told"
ok "seeded into the stopped brokers without ZooKeeper; a second time is refused"

start
not_in_sync() { tool topics -- --describe --under-replicated-partitions 2> err; }
all_in_sync() { not_in_sync > out && ! grep -q Topic out; }
until_true "every replica is in sync" all_in_sync
tell after
for file in before/*; do expect_same_file "${file#*/} as clients see it" "$file" "after/${file#*/}"; done
ok "every record at its offset, aborted ones too, and every committed offset"
grep -hE 'Truncating to offset|Truncating log|Deleting all segments|Found .*corrupt|conflicting entries|OutOfRange|out of range' target/kafka-*/server.log > out
[ ! -s out ] || failed "no broker truncates anything"

read_queue 5 > consumed
expect_equal "the group goes on with" "letter 11,letter 12,letter 13,letter 14,letter 15" "$(paste -sd, consumed)"
produce --topic payments --records 5 --transaction pay --first-record 100
produce --topic payments --records 2 --transaction left-open --first-record 200
# A commit is answered before its markers are in the logs.
has_committed() { producer read --topic payments --committed > committed 2> err && [ $(($(wc -l < before/payments.committed) + 7)) = "$(wc -l < committed)" ]; }
until_true "seven more records are committed" has_committed
for round in 1 2 3; do produce --topic orders --partitions 3 --records 60 --batch-records 7 --set enable.idempotence=true; done
expect_equal "records of orders, 180 more" $(($(wc -l < before/orders.all) + 180)) "$(producer read --topic orders 2> err | wc -l)"
ok "a Java consumer, transactional producers and new idempotent ones go on; the open transaction is aborted"
stop
start
expect_equal "records of orders after one more start" $(($(wc -l < before/orders.all) + 180)) "$(producer read --topic orders 2> err | wc -l)"
ok "and after one more start all is there"
