#!/usr/bin/env bash
# Everything that topics can hold is archived from three brokers, while brokers die and topics come and go; Kafka's own
# kafka-dump-log reads each archived segment and finds what was produced.
. "$(dirname "$0")/scenario.inc"
version=${4:-3.9.1}
at_least() { [ "$(printf '%s\n' "$1" "$version" | sort -V | head -1)" = "$1" ]; }
has_topic_ids() { at_least 2.8; }

servers=(--kafka 3 --kafka-version "$version" --set min.insync.replicas=1 --set log.cleaner.backoff.ms=200)
if ! at_least 4.0; then servers+=(--zookeeper 1); fi
start "${servers[@]}"
producer() { "$RECORD_PRODUCER" "$@" --bootstrap "$kafka"; }
quietly() { producer "$@" > out 2> err < /dev/null || failed "record_producer $*"; }
produce() {   # FILE OPTION...: what was produced is added to FILE
  local file=$1 tries=0
  shift
  # A broker may not know yet what another one was told a moment ago.
  until producer produce "$@" > lines 2> err < /dev/null; do
    [ ! -s lines ] && grep -q 'Unknown partition' err && [ $((tries += 1)) -lt 100 ] || failed "produce $*"
  done
  cat lines >> "$file"
}
archive() {   # STATUS OPTION...: its report stands in ./out
  local status=$1
  shift
  expect_status "$status" arkive archive --kafka "$kafka" --to store --json "$@"
}
lists() { python3 "$scenarios/archive_lists.py" store "$@" > out 2>&1 || failed "the archive's lists: $*"; }

# ---- what topics can hold
codecs=(none gzip snappy lz4)
if at_least 2.1; then codecs+=(zstd); fi
quietly create-topic orders --partitions 3 --replicas 3
first=0
for codec in "${codecs[@]}"; do
  for value in json text empty; do
    produce orders.lines --topic orders --partitions 3 --records 60 --first-record "$first" --codec "$codec" --value "$value" --keys 7 --tombstone-every 9 --headers odd --batch-records 7
    first=$((first + 60))
  done
done
quietly create-topic payments --replicas 3
produce payments.lines --topic payments --records 40 --transaction pay --transaction-records 5 --abort-every 3
quietly create-topic appended --replicas 3 message.timestamp.type=LogAppendTime
produce appended.lines --topic appended --records 50 --batch-records 10 --codec gzip
moments=()
if at_least 3.6; then moments=(message.timestamp.before.max.ms=9223372036854775807 message.timestamp.after.max.ms=9223372036854775807); fi
quietly create-topic moments --replicas 3 "${moments[@]}"
produce moments.lines --topic moments --records 5 --first-timestamp 1 --timestamp-step 1
produce moments.lines --topic moments --records 5 --first-timestamp 32503680000000 --batch-records 5
produce moments.lines --topic moments --records 1 --first-timestamp 9000000000000000
quietly create-topic large --replicas 3
produce large.lines --topic large --records 1 --size 900000 --value random
produce large.lines --topic large --records 3 --size 10 --headers some
quietly create-topic state --replicas 3 cleanup.policy=compact segment.ms=300000 min.cleanable.dirty.ratio=0.01
quietly produce --topic state --records 1500 --keys 20 --tombstone-every 11 --batch-records 50 --quiet
quietly create-topic phoenix --replicas 3
produce phoenix-1.lines --topic phoenix --records 20
quietly create-topic trimmed --replicas 3
produce trimmed.lines --topic trimmed --records 30 --batch-records 5
quietly consume --group readers --topic orders --records 50 --metadata "shelf 3"
quietly commit --group writers orders/0=7 orders/2=0 --metadata ""
# Not through the function: the program itself is to be killed, not a shell around it.
"$RECORD_PRODUCER" produce --topic payments --records 4 --transaction left-open --last open --transaction-timeout 300s --stay --bootstrap "$kafka" > open.lines 2> err &
while ! grep -qs staying open.lines; do kill -0 $! 2> err || failed "a transaction is left open"; done
{ kill -KILL $! && wait $!; } 2> /dev/null
grep -v staying open.lines >> payments.lines
produce payments.lines --topic payments --records 3
ok "Kafka $version with topics of all kinds"

# ---- the first run
archive 3 --transaction-wait 1s
expect_json 'd["run"]["missing"] and all("payments-0: a transaction of producer" in " ".join(m.values()).replace("partition ", "") or "__" in m["object"] or "payments-0" in m["object"] for m in d["run"]["missing"])'
expect_line "is open since offset"
lists eval 'by_name["payments"][0]["partitions"][0]["next_offset"] == by_name["payments"][0]["partitions"][0]["high_watermark"]'
lists eval '[g for g in index["groups"] if g["name"] == "readers"][0]["offsets"][0]["metadata"] == "shelf 3"'
lists eval 'sum(o["offset"] for g in index["groups"] if g["name"] == "readers" for o in g["offsets"]) == 50'
lists eval '[(o["partition"], o["offset"]) for g in index["groups"] if g["name"] == "writers" for o in g["offsets"]] == [(0, 7), (2, 0)]'
lists eval '{"__consumer_offsets", "__transaction_state"} <= set(by_name)'
ok "the first run is not whole: a transaction is open, and named"

# ---- between runs: that transaction ends, partitions come, a topic is made anew, records are deleted
produce payments.lines --topic payments --records 2 --transaction left-open
quietly add-partitions orders 5
produce orders.lines --topic orders --partition 3 --partitions 2 --records 30
quietly delete-topic phoenix
until producer create-topic phoenix --replicas 3 > out 2> err; do grep -q 'marked for deletion\|already exists' err || failed "phoenix is made anew"; done
produce phoenix-2.lines --topic phoenix --records 33
quietly delete-records trimmed/0=30
produce trimmed.lines --topic trimmed --records 10 --batch-records 5
quietly delete-records trimmed/0=35
archive 0
cp out second.json
if has_topic_ids; then
  expect_line "topic phoenix was deleted and made anew"
  lists eval 'len(by_name["phoenix"]) == 2'
  lists eval 'sorted(t["partitions"][0]["next_offset"] for t in by_name["phoenix"]) == [20, 33]'
fi
lists eval 'by_name["trimmed"][0]["partitions"][0]["gaps"][0]["first"] == 30 and by_name["trimmed"][0]["partitions"][0]["gaps"][0]["next"] == 35'
lists eval 'len(by_name["orders"][0]["partitions"]) == 5'
ok "the second run is whole: partitions added, a topic made anew, a gap with its cause"

archive 0
expect_json 'd["partitions_changed"] == 0 and d["bytes_fetched"] == 0 and not d["run"]["changed"]'
ok "a run with nothing new names no partition"

# ---- slowly, while a broker dies and comes back, a topic goes and records are deleted
quietly create-topic bulk --assignment "1,2,3;2,3,1;3,1,2"
quietly create-topic alone --assignment "2"
quietly create-topic doomed --assignment "3,1"
quietly create-topic overtaken --assignment "3,1"
quietly produce --topic bulk --partitions 3 --records 9000 --size 1000 --value random --batch-records 20 --quiet
for topic in alone doomed overtaken; do produce $topic.lines --topic $topic --records 40 --batch-records 5; done
arkive archive --kafka "$kafka" --to store --json --workers 1 --limit-rate 1MiB --topics 'bulk,alone,doomed,overtaken' > slow.out 2> slow.err &
slow=$!
while ! find store/topics -name '*.log' -path '*' -newer second.json -path '*bulk@*' | grep -q . && ! find store -name '*temporary*' | grep -q .; do kill -0 $slow 2> err || break; done
kill -0 $slow 2> err || { cp slow.out out; failed "the slow run is still at work"; }
quietly delete-topic doomed
quietly delete-records overtaken/0=35
services kill kafka-2 > out 2>&1 || failed "kill kafka-2"
kill -0 $slow 2> err || { cp slow.out out; failed "the slow run is still at work when a broker dies"; }
start kafka-2
wait $slow; got=$?
cp slow.out out; cp slow.err err
expect_equal "exit status of the run while a broker died" 3 "$got"
expect_json 'set(m["object"] for m in d["run"]["missing"]) <= {"topic doomed", "partition doomed-0"} and d["run"]["missing"]'
lists eval 'sum(p["next_offset"] for p in by_name["bulk"][0]["partitions"]) == 9000'
lists eval 'by_name["alone"][0]["partitions"][0]["next_offset"] == 40'
lists eval 'by_name["overtaken"][0]["partitions"][0]["next_offset"] == 40'
lists eval '[(g["first"], g["next"]) for g in by_name["overtaken"][0]["partitions"][0]["gaps"]] == [(0, 35)]'
ok "a broker killed and restarted, its partitions led by others, a topic deleted: only that one is named"
archive 0
archive 0
expect_json 'd["partitions_changed"] == 0'
lists eval '"doomed" in by_name'
expect_status 0 arkive verify --from store
ok "the next run is whole, the one after it finds nothing new"

# ---- the bytes are the brokers' own
brokers=("$scratch"/servers/kafka-*)
for topic in orders payments appended moments large bulk alone trimmed; do
  lists bytes $topic "${brokers[@]}"
done
ok "the archived bytes are those of the brokers' own log files"

# ---- and Kafka's own tool reads them
lists paths
all=$(grep -v '/__' out | sed "s|^|$scratch/|" | paste -sd,)
tool dump-log -- --deep-iteration --files "$all" > dump 2> err || failed "dump-log"
grep -q . dump || failed "dump-log prints something"
if grep -nE 'isvalid: false|Found invalid|Mismatches in|Could not|Exception' dump err > out; then failed "dump-log finds nothing wrong"; fi
if grep -hE 'Non-(con)?secutive' dump err | grep -v '/state@' > out; then failed "dump-log finds no offsets missing but compacted ones"; fi
for topic in orders payments appended moments large alone; do lists dump $topic - "$scratch/dump" "$scratch/$topic.lines"; done
if has_topic_ids; then
  old=$(python3 "$scenarios/archive_lists.py" store eval 'print([t["id"] for t in by_name["phoenix"] if t["partitions"][0]["next_offset"] == 20][0]) or True')
  new=$(python3 "$scenarios/archive_lists.py" store eval 'print([t["id"] for t in by_name["phoenix"] if t["partitions"][0]["next_offset"] == 33][0]) or True')
  lists dump phoenix "$old" "$scratch/dump" "$scratch/phoenix-1.lines"
  lists dump phoenix "$new" "$scratch/dump" "$scratch/phoenix-2.lines"
fi
ok "kafka-dump-log reads every archived segment and finds what was produced"

# ---- the same topics with --compress zstd
expect_status 0 arkive archive --kafka "$kafka" --to packed --json --compress zstd
expect_status 0 arkive verify --from packed
pack() { python3 "$scenarios/archive_lists.py" packed "$@" > out 2>&1 || failed "the lists of the compressed archive: $*"; }
for topic in orders payments appended moments large bulk alone; do
  pack bytes $topic "${brokers[@]}"
  for from in store packed; do arkive export --from $from $topic --all -o $from.jsonl > out 2> err || failed "export $topic from $from"; done
  grep -q . packed.jsonl || failed "$topic has records"
  cmp store.jsonl packed.jsonl > out 2>&1 || failed "$topic is exported alike from both archives"
  rm store.jsonl packed.jsonl
done
pack eval 'all("zstd_bytes" in s for s in by_name["moments"][0]["partitions"][0]["segments"])'
pack eval 'not any("zstd_bytes" in s for s in by_name["appended"][0]["partitions"][0]["segments"])'
ok "compressed: the same bytes and records; what a producer compressed is as it was"
find packed/topics -name '*.log.zst' -exec zstd -d -q --rm {} + > out 2>&1 || failed "zstd -d of every .log.zst"
all=$(find "$scratch/packed/topics" -name '*.log' ! -path '*/__*' | paste -sd,)
tool dump-log -- --deep-iteration --files "$all" > dump 2> err || failed "dump-log of what zstd -d gave"
if grep -nE 'isvalid: false|Found invalid|Mismatches in|Could not|Exception' dump err > out; then failed "dump-log finds nothing wrong in what zstd -d gave"; fi
for topic in orders payments appended moments large alone; do pack dump $topic - "$scratch/dump" "$scratch/$topic.lines"; done
ok "kafka-dump-log reads what zstd -d gives, indexes too"
