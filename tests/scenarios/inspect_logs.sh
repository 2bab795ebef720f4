#!/usr/bin/env bash
# The log directories of a broker, looked through while it runs, after an end in good order, after a kill, and damaged: the report is what
# the broker told, what kafka-dump-log reads, and what a broker that is started on them sees.
. "$(dirname "$0")/scenario.inc"
version=${4:-3.9.1}
at_least() { [ "$(printf '%s\n' "$1" "$version" | sort -V | head -1)" = "$1" ]; }   # this Kafka is of that version or later
start --zookeeper 1 --kafka 1 --kafka-version "$version" --log-directories 2 --set log.segment.bytes=20000 --set zookeeper.session.timeout.ms=2000 --set offsets.topic.num.partitions=3 --set transaction.state.log.num.partitions=3
quietly() { "$RECORD_PRODUCER" "$@" --bootstrap "$kafka" > out 2> err < /dev/null || failed "record_producer $*"; }
produce() { quietly produce --quiet "$@"; }
data=("$scratch/servers/kafka-1/data-1" "$scratch/servers/kafka-1/data-2")
compared() {   # WHAT ARGUMENT...
  local what=$1
  shift
  python3 "$scenarios/inspected_logs.py" "$@" > out 2> err || failed "$what"
  ok "$what: $(cat out)"
}

case $version in
  3.9.1) release="3.9 or 4.0" ;;
  2.8.2) release="2.7 to 3.0" ;;
  2.4.1) release="2.3 to 2.6" ;;
  *) release=${version%.*} ;;
esac
expect_status 0 arkive observe --kafka "$kafka"
expect_line "broker 1: Kafka $release"

# ---- a broker with topics of several kinds and leader epochs
quietly create-topic orders --partitions 3
quietly create-topic payments
quietly create-topic state cleanup.policy=compact min.cleanable.dirty.ratio=0.01
quietly create-topic trimmed
quietly create-topic never --partitions 2
for topic in flipped cut; do quietly create-topic $topic segment.bytes=1000000; done
if ! at_least 3.0; then quietly create-topic old message.format.version=0.10.0; quietly create-topic oldest message.format.version=0.9.0; fi
quietly create-topic gone file.delete.delay.ms=600000
for codec in none gzip snappy lz4; do produce --topic orders --partitions 3 --records 300 --codec "$codec" --value text --batch-records 7; done
produce --topic payments --records 40 --transaction pay --transaction-records 5 --abort-every 3
produce --topic state --records 1500 --keys 20 --tombstone-every 11 --batch-records 50
produce --topic trimmed --records 300 --batch-records 5 --size 400
produce --topic gone --records 30
if ! at_least 3.0; then
  for topic in old oldest; do
    for codec in none gzip; do produce --topic $topic --records 100 --codec $codec --batch-records 9; done
  done
fi
quietly delete-records trimmed/0=123
quietly commit --group readers orders/0=7
stop kafka-1
start
produce --topic orders --partitions 3 --records 600 --batch-records 20 --set enable.idempotence=true
produce --topic payments --records 10 --transaction other --transaction-records 5

# ---- while it runs
expect_status 3 arkive inspect-logs "${data[@]}" --json
expect_json '[e["in_use"] for e in d["directories"]] == [True, True] and not any(e["error"] for e in d["directories"])'
expect_json 'not any(p["damage"] or p["error"] for e in d["directories"] for p in e["partitions"])'
expect_status 3 arkive inspect-logs "${data[@]}"
expect_line "a broker is running on it"
ok "the lock of a running broker is seen"

# ---- after an end in good order
expect_status 0 arkive archive --kafka "$kafka" --to store
quietly delete-topic gone
tries=0
until compgen -G "servers/kafka-1/data-*/gone-0.*-delete" > out; do [ $((tries += 1)) -lt 100 ] || failed "a topic is being deleted"; read -rt 0.1 < <(:) || :; done
stop kafka-1
expect_status 0 arkive inspect-logs "${data[@]}" -o report.json
expect_line "ended in good order"
expect_line "sound: every checksum fits"
expect_equal "the mode of a report" 600 "$(stat -c %a report.json)"
cp report.json out
expect_json 'd["broker"] == 1 and all(e["clean_shutdown"] and not e["in_use"] for e in d["directories"])'
expect_json '[p["kind"] for e in d["directories"] for p in e["partitions"] if p["topic"] == "gone"] == ["delete"]'
expect_json 'all(len(e["partitions"]) > 2 for e in d["directories"])'
compared "what was told before" archive report.json store "$version"
files=$(printf '%s,' "${data[@]/%//*/*.log}"); files=$(eval "ls ${files//,/ }" | paste -sd,)
tool dump-log -- --files "$files" > dump 2> err || failed "dump-log"
tool dump-log -- --transaction-log-decoder --files "$(tr , '\n' <<< "$files" | grep __transaction_state | paste -sd,)" > transactions 2> err || failed "dump-log of transactions"
compared "what is on the disk" dump report.json dump transactions
expect_status 0 arkive inspect-logs "${data[@]}" --headers-only -o headers.json
compared "headers only" same report.json headers.json

# ---- after a kill
start
produce --topic orders --partitions 3 --records 100 --batch-records 5
for topic in flipped cut; do produce --topic $topic --records 50 --batch-records 5; done
services kill kafka-1 > out 2> err || failed "kill"
expect_status 0 arkive inspect-logs "${data[@]}" --json
expect_line '"in_use": false'
expect_no_line '"clean_shutdown": true'
last_of() { ls "$scratch"/servers/kafka-1/data-*/"$1"/*.log | tail -1; }
cut=$(last_of cut-0)
[ -s "$cut" ] || failed "cut has records"
truncate -s -1 "$cut"
expect_status 0 arkive inspect-logs "${data[@]}" --json
expect_json '[p["directory"] for e in d["directories"] for p in e["partitions"] if p["cut_short"]] == ["cut-0"]'
ok "a kill, and a last batch that is cut short"

# ---- one flipped byte in the last but one batch of a last segment
flipped=$(last_of flipped-0)
tool dump-log -- --files "$flipped" > dump 2> err || failed "dump-log"
position=$(grep -o ' position: [0-9]*' dump | tail -2 | head -1 | grep -o '[0-9]*')
[ "$position" -gt 0 ] || failed "flipped has several batches"
python3 - "$flipped" $((position + 80)) <<'PY'
import sys
with open(sys.argv[1], 'r+b') as file:
    file.seek(int(sys.argv[2]))
    byte = file.read(1)[0]
    file.seek(int(sys.argv[2]))
    file.write(bytes([byte ^ 16]))
PY
expect_status 4 arkive inspect-logs "${data[@]}" -o damaged.json
expect_line "damage: flipped-0/$(basename "$flipped"), byte $position:"
expect_status 4 arkive inspect-logs "${data[@]}" --json
expect_json '[(p["directory"], p["damage_count"], p["damage"][0]["position"]) for e in d["directories"] for p in e["partitions"] if p["damage"]] == [("flipped-0", 1, '"$position"')]'
expect_status 0 arkive inspect-logs "${data[@]}" --headers-only
ok "a flipped byte is named by file and byte"

# ---- a broker that is started on it
start
topics=(orders payments state trimmed never flipped cut)
if ! at_least 3.0; then topics+=(old oldest); fi
for topic in "${topics[@]}"; do tool get-offsets -- --topic "$topic" --time -1; done > ends 2> err || failed "offsets"
compared "a broker that was started on it" offsets damaged.json ends
stop
