#!/usr/bin/env bash
# Everything that topics can hold is archived from three brokers and replayed into another cluster, through kills of arkive
# and of a broker: the records are the same, none twice, none missing, and the journal says where each one stands.
# The version given is that of the target; the source is 3.9.1.
. "$(dirname "$0")/scenario.inc"
version=${4:-3.9.1}
at_least() { [ "$(printf '%s\n' "$1" "$version" | sort -V | head -1)" = "$1" ]; }
target_services() { local action=$1; shift; HOME=$real_home "$services_program" "$action" --directory "$scratch/target" "$@"; }
more_clean_up() { if [ -d "$scratch/target" ]; then target_services stop --grace 1s > /dev/null 2>&1; fi; }

# What the source's brokers take is not in the archive: the target takes less.
start --kafka 3 --zookeeper 1 --kafka-version 3.9.1 --set min.insync.replicas=1 --set log.cleaner.backoff.ms=200 --set message.max.bytes=5000000
source_kafka=$kafka
brokers=${TARGET_BROKERS:-3}
servers=(--kafka "$brokers" --kafka-version "$version" --set min.insync.replicas=1)
if at_least 4.0; then servers+=(--set broker.session.timeout.ms=2000); else servers+=(--zookeeper 1 --set zookeeper.session.timeout.ms=2000); fi
facts=$(target_services start "${servers[@]}") || failed "the target comes up"
target_kafka=$(sed -n "s/^kafka=//p" <<< "$facts" | tr -d "'\"")
producer() { local where=$1; shift; "$RECORD_PRODUCER" "$@" --bootstrap "$where"; }
quietly() { producer "$source_kafka" "$@" > out 2> err < /dev/null || failed "record_producer $*"; }
produce() {
  local tries=0
  until producer "$source_kafka" produce --quiet "$@" > out 2> err < /dev/null; do
    grep -q 'Unknown partition' err && [ $((tries += 1)) -lt 100 ] || failed "produce $*"
  done
}
make() { producer "$target_kafka" create-topic "$@" > out 2> err < /dev/null || failed "create-topic $* in the target"; }

# ---- what topics can hold
codecs=(none gzip snappy lz4)
if at_least 2.1; then codecs+=(zstd); fi
quietly create-topic orders --partitions 3 --replicas 3
first=0
for codec in "${codecs[@]}"; do
  for value in json text empty; do
    produce --topic orders --partitions 3 --records 60 --first-record "$first" --codec "$codec" --value "$value" --keys 7 --tombstone-every 9 --headers odd --batch-records 7
    first=$((first + 60))
  done
done
quietly create-topic payments --replicas 3
produce --topic payments --records 40 --transaction pay --transaction-records 5 --abort-every 3
quietly create-topic appended --replicas 3 message.timestamp.type=LogAppendTime
produce --topic appended --records 50 --batch-records 10 --codec gzip
produce --topic appended --records 1 --size 2000000 --value random --set message.max.bytes=5000000
quietly create-topic moments --replicas 3 message.timestamp.before.max.ms=9223372036854775807 message.timestamp.after.max.ms=9223372036854775807
produce --topic moments --records 5 --first-timestamp 1 --timestamp-step 1
produce --topic moments --records 5 --first-timestamp 32503680000000 --batch-records 5
quietly create-topic large --replicas 3
produce --topic large --records 1 --size 2000000 --value random --set message.max.bytes=5000000
produce --topic large --records 3 --size 10 --headers some
quietly create-topic state --replicas 3 cleanup.policy=compact segment.ms=300000 min.cleanable.dirty.ratio=0.01
produce --topic state --records 1500 --keys 20 --tombstone-every 11 --batch-records 50
quietly create-topic bulk --partitions 3 --replicas 3
produce --topic bulk --partitions 3 --records 9000 --size 1000 --value random --batch-records 20
ok "a source with topics of all kinds, a target of Kafka $version with $brokers brokers"
expect_status 0 arkive archive --kafka "$source_kafka" --to store --json
expect_status 0 arkive archive --kafka "$source_kafka" --to packed --json --compress zstd

# ---- some of the target's topics; the others are made by the restore
if ! at_least 3.6; then make moments --replicas "$brokers"; fi
make state --replicas "$brokers" cleanup.policy=compact min.cleanable.dirty.ratio=0.99
make spread --partitions 5 --replicas "$brokers"

restore() {   # STATUS OPTION...: its report stands in ./out
  local status=$1
  shift
  expect_status "$status" arkive restore topics --kafka "$target_kafka" --json "$@"
}
expect_status 0 arkive restore topics --from store --kafka "$target_kafka" --dry-run
expect_line "in all: 7 topics"
expect_line "meanwhile: topic 'appended': while the replay runs: message.timestamp.type=CreateTime (then LogAppendTime)"
expect_line "meanwhile: 7 topics: while the replay runs: max.message.bytes=2147483647, so that no record is too large (then what each of them has)"
expect_no_line "an operator"
expect_status 0 arkive restore topics --from store --kafka "$target_kafka" --dry-run --leave-existing
expect_line "warning: topic 'state': max.message.bytes stays 10"
if ! at_least 4.0; then
  target_zookeeper=$(sed -n "s/^zookeeper=//p" <<< "$facts" | tr -d "'\"")
  znodes "${target_zookeeper%%/*}" <<< 'create /strimzi ""'
  expect_status 0 arkive restore topics --from store --kafka "$target_kafka" --zk "$target_zookeeper" --dry-run
  expect_line "warning: znode '/strimzi': an operator"
fi

# ---- killed again and again, and a broker too
kills=0
while [ $kills -lt 5 ]; do
  "$arkive_program" restore topics --from store --kafka "$target_kafka" --journal journal --limit-rate 3MiB > slow.out 2> slow.err &
  slow=$!
  before=$(stat -c %s journal/offsets 2> err || echo 0)
  while kill -0 $slow 2> err && [ "$(stat -c %s journal/offsets 2> err || echo 0)" -le "$before" ]; do sleep 0.05; done
  if [ $kills = 2 ] && [ "$brokers" -gt 1 ]; then target_services kill kafka-2 > out 2>&1 || failed "kill kafka-2 of the target"; fi
  kill -KILL $slow 2> err || break
  wait $slow 2> /dev/null
  kills=$((kills + 1))
done
[ $kills -ge 2 ] || { cp slow.out out; cp slow.err err; failed "arkive is killed while it restores"; }
if [ "$brokers" -gt 1 ] && [ $kills -gt 2 ]; then target_services start kafka-2 > out 2>&1 || failed "kafka-2 of the target comes back"; fi
[ -s journal/settings.json ] || failed "what was raised is known"
restore 0 --from store --journal journal --put-back
expect_json 'd["topics_put_back"] == 7 and not d["notes"]'
restore 0 --from store --journal journal --put-back
expect_json 'd["topics_put_back"] == 0'
restore 0 --from store --journal journal
expect_json 'd["complete"] and d["resumed"] and not any(t["foreign"] or t["errors"] for t in d["topics"])'
expect_json 'not any(t["left_out"]["too_large"] for t in d["topics"])'
expect_json 'sum(t["left_out"]["aborted"] for t in d["topics"] if t["source"] == "payments") > 0'
ok "killed $kills times, it ends complete"
restore 0 --from store --journal journal
expect_json 'd["was_finished"] and d["bytes"] == 0'
restore 1 --from store --journal another --topics orders
expect_line "the target has records in 'orders'"
ok "a second call does nothing; topics that hold records are refused"

expect_status 0 arkive archive --kafka "$target_kafka" --to back --json
python3 "$scenarios/archive_lists.py" back eval '{c["name"]: c["value"] for c in by_name["appended"][0]["configs"]}["message.timestamp.type"] == "LogAppendTime"' > out 2>&1 || failed "the settings of appended are there"
python3 "$scenarios/archive_lists.py" back eval 'not any(c["name"] == "max.message.bytes" for topic in by_name.values() for c in topic[0]["configs"])' > out 2>&1 || failed "what a batch may have is as it was"
same() {   # TOPIC TARGET OPTION...
  arkive export --from store "$1" -o wanted.jsonl > out 2> err || failed "export $1"
  arkive export --from back "$2" -o got.jsonl > out 2> err || failed "export $2 of the target"
  shift 2
  python3 "$scenarios/same_records.py" wanted.jsonl got.jsonl "$@" > out 2>&1 || failed "the records of $topic are the same"
  rm wanted.jsonl got.jsonl
}
for topic in orders payments appended moments large bulk state; do same $topic $topic; done
ok "the records are the same: keys, values, headers, timestamps, order"

# ---- by key into another number of partitions; out of compressed segments; parts of it
restore 0 --from packed --journal spread --topics orders --rename 'orders=spread'
expect_json 'd["topics"][0]["by_key"] and d["topics"][0]["partitions"] == 5'
restore 0 --from packed --journal wide --topics large --rename 'large=wide' --partitions 3
expect_json 'd["topics"][0]["by_key"] and d["records"] == 4'
restore 0 --from packed --journal newest --topics 'orders,payments' --rename '*=test-*' --newest 10
expect_json '[t["records"] for t in d["topics"]] == [30, 10]'
expect_status 0 arkive archive --kafka "$target_kafka" --to back --json
topic=spread; same orders spread --by-key
topic=wide; same large wide --by-key
ok "spread by key, and the newest records only"
