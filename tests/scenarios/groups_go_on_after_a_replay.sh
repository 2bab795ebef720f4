#!/usr/bin/env bash
# Groups in the middle of plain, compacted and transactional topics: archived, replayed into another cluster, their offsets
# translated; Java's consumer goes on at exactly the next record of each partition.
. "$(dirname "$0")/scenario.inc"
. "$scenarios/java_clients.inc"
version=${4:-3.9.1}
target_version=${5:-4.1.0}

target_services() { local action=$1; shift; HOME=$real_home "$services_program" "$action" --directory "$scratch/target" "$@"; }
more_clean_up() { if [ -d "$scratch/target" ]; then target_services stop --grace 1s > /dev/null 2>&1; fi; }
producer() { "$RECORD_PRODUCER" "$@"; }
quietly() { producer "$@" > out 2> err < /dev/null || failed "record_producer $*"; }

without_zookeeper() { [ "$(printf '%s\n' 4.0 "$1" | sort -V | head -1)" = 4.0 ]; }
servers() { without_zookeeper "$1" || printf '%s\n' --zookeeper 1; printf '%s\n' --kafka 1 --kafka-version "$1"; }
mapfile -t options < <(servers "$version")
start "${options[@]}" --set log.cleaner.backoff.ms=200
source_kafka=$kafka

# ---- topics, and groups that stop in the middle of them
quietly create-topic -b "$source_kafka" orders --partitions 3
quietly produce -b "$source_kafka" -t orders --partitions 3 --records 300 --keys 40 --batch-records 7
quietly create-topic -b "$source_kafka" payments
quietly produce -b "$source_kafka" -t payments --records 60 --keys 60 --transaction pay --transaction-records 5 --abort-every 3
quietly create-topic -b "$source_kafka" state segment.ms=300000 min.cleanable.dirty.ratio=0.01
quietly produce -b "$source_kafka" -t state --records 1500 --keys 20 --batch-records 50 --quiet

: > orders.read; : > payments.read; : > state.read
java_consume services orders.read readers orders 120
java_consume services payments.read accountants payments 17
java_consume services state.read caches state 700
expect_equal "records of orders that Java read" 120 "$(wc -l < orders.read)"
expect_equal "records of payments that Java read" 17 "$(wc -l < payments.read)"
expect_equal "records of state that Java read" 700 "$(wc -l < state.read)"
# Offset 5 is the marker of the first transaction; 13 is in the third, which was aborted.
quietly commit -b "$source_kafka" -g at-a-marker payments/0=5 --metadata "shelf 3"
quietly commit -b "$source_kafka" -g in-an-abort payments/0=13
quietly configure-topic -b "$source_kafka" state cleanup.policy=compact
tries=0
until producer read -b "$source_kafka" -t state > state.all 2> err && [ "$(wc -l < state.all)" -lt 500 ]; do
  [ $((tries += 1)) -lt 300 ] || failed "the topic is compacted"
done
ok "Kafka $version with groups in the middle of their topics"

expect_status 0 arkive archive --kafka "$source_kafka" --to store
for topic in orders payments state; do
  producer read -b "$source_kafka" -t "$topic" --committed > "$topic.all" 2> err || failed "read $topic"
done
stop
ok "archived, and the cluster is gone"

# ---- another cluster
mapfile -t options < <(servers "$target_version")
facts=$(target_services start "${options[@]}") || failed "a second cluster comes up"
eval "$facts"
quietly create-topic -b "$kafka" orders --partitions 3
quietly create-topic -b "$kafka" paid
quietly create-topic -b "$kafka" state cleanup.policy=compact
# So that no offset is what it was.
quietly produce -b "$kafka" -t paid --records 11 --keys 3
expect_status 2 arkive restore groups --from store --kafka "$kafka"
expect_line "nothing says where their records are now"
expect_status 0 arkive restore topics --from store --kafka "$kafka" --journal journal --append \
  --topics orders,payments,state --rename payments=paid
ok "replayed into Kafka $target_version"

groups=(arkive restore groups --from store --kafka "$kafka" --journal journal)
expect_status 0 "${groups[@]}" --dry-run
expect_line "at-a-marker"
expect_status 0 "${groups[@]}" --dry-run --json
expect_json 'd["dry_run"] and d["plan"]["complete"] and d["plan"]["counts"] == {"commit": 5}'
expect_json '{(g["group"], o["kind"]) for g in d["plan"]["groups"] for o in g["offsets"] if g["group"] in ("at-a-marker", "in-an-abort")} == {("at-a-marker", "next"), ("in-an-abort", "next")}'
expect_json 'all(o["lag_now"] <= o["lag_then"] for g in d["plan"]["groups"] for o in g["offsets"])'
quietly groups -b "$kafka"
expect_no_line "at-a-marker"
expect_status 0 "${groups[@]}"
expect_line "restored: 5 groups, 7 offsets, all read back"
expect_status 0 "${groups[@]}" --json
expect_json 'd["plan"]["counts"] == {"same": 5} and d["report"]["groups"] == 0'
ok "groups are where their records are; a second time nothing is done"

# ---- what they read now is what they had not read: none skipped, none twice
goes_on() {   # GROUP SOURCE_TOPIC READ TOPIC
  python3 "$scenarios/record_sets.py" "$2.all" "$3" > wanted || failed "what $1 has yet to read"
  [ -s wanted ] || failed "$1 has something to read"
  : > got.lines
  java_consume target_services got.lines "$1" "$4" $(($(wc -l < wanted) + 5))
  cut -f 1,3- got.lines | LC_ALL=C sort > got
  LC_ALL=C sort wanted > wanted.sorted
  expect_same_file "what $1 reads of $4" wanted.sorted got
  ok "$1 goes on: $(wc -l < got) records of $4"
}
goes_on readers orders orders.read orders
goes_on accountants payments payments.read paid
goes_on caches state state.read state
goes_on at-a-marker payments 5 paid
goes_on in-an-abort payments 13 paid

# ---- they have moved on: they are kept until they are named
expect_status 3 "${groups[@]}"
expect_line "keep: group readers"
expect_status 0 "${groups[@]}" --groups at-a-marker,in-an-abort --overwrite 'at-*' --overwrite 'in-*'
goes_on at-a-marker payments 5 paid
