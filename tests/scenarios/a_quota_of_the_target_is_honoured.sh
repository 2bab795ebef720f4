#!/usr/bin/env bash
# A broker with a quota on producers throttles a replay: it asks for pauses and reads nothing meanwhile. The replay keeps to
# them, through a kill as well: all records are there, none twice, and the report says how long the quota held it back.
. "$(dirname "$0")/scenario.inc"
quota=400000   # bytes a second
start --kafka 1 --kafka-version "${4:-4.1.0}" --set quota.window.num=2 --set quota.window.size.seconds=1
quietly() { "$RECORD_PRODUCER" "$@" --bootstrap "$kafka" > out 2> err < /dev/null || failed "record_producer $*"; }
quietly create-topic orders --partitions 3
quietly produce --topic orders --partitions 3 --records 2000 --size 1000 --keys 2000 --value random --batch-records 20 --quiet
expect_status 0 arkive archive --kafka "$kafka" --to store
tool configs -- --alter --entity-type clients --entity-default --add-config "producer_byte_rate=$quota" > out 2> err || failed "the quota is set"

milliseconds() { echo $(($(date +%s%N) / 1000000)); }
begun=$(milliseconds)
expect_status 0 arkive restore topics --from store --kafka "$kafka" --rename 'orders=whole' --journal whole --json
took=$(($(milliseconds) - begun))
expect_json 'd["complete"] and d["records"] == 2000 and not any(t["foreign"] or t["errors"] for t in d["topics"])'
expect_json 'd["throttled_ms"] >= 2000'
expect_no_line "connection"
# Two seconds' worth may come at once.
[ "$took" -ge 2500 ] || failed "2 MB take 5 s of $quota bytes a second, not $took ms"
[ "$took" -le 30000 ] || failed "2 MB take 5 s of $quota bytes a second, not $took ms"
ok "throttled, and complete after $took ms"

"$arkive_program" restore topics --from store --kafka "$kafka" --rename 'orders=killed' --journal killed > slow.out 2> slow.err &
slow=$!
tries=0
until grep -q '^run' killed/offsets 2> err; do
  kill -0 $slow 2> err && [ $((tries += 1)) -lt 600 ] || { cp slow.out out; cp slow.err err; failed "some records are restored"; }
  read -rt 0.05 <> "$scratch/never" || :   # a wait: nobody writes into it
done
kill -KILL $slow
wait $slow 2> /dev/null
expect_status 0 arkive restore topics --from store --kafka "$kafka" --rename 'orders=killed' --journal killed
expect_line "note: a quota of the target (producer_byte_rate, request_percentage) held it back for "
expect_line "restored: 2000 records in 1 topic"
ok "killed while it is throttled, it goes on"

expect_status 0 arkive archive --kafka "$kafka" --to back
for topic in whole killed; do
  arkive export --from store orders -o wanted.jsonl > out 2> err || failed "export orders"
  arkive export --from back "$topic" -o got.jsonl > out 2> err || failed "export $topic"
  python3 "$scenarios/same_records.py" wanted.jsonl got.jsonl > out 2>&1 || failed "the records of $topic are the same"
  rm wanted.jsonl got.jsonl
done
ok "the records are the same, none twice"
