#!/usr/bin/env bash
# Topics are archived many times with a little that is new, merged, archived on, merged again and pruned: what readers find stays the same at
# each step, Kafka's own tools read the merged segments, and the records come back into a cluster as they were produced. Old records are
# left out in the end, and all goes on as though the cluster's retention had taken them.
. "$(dirname "$0")/scenario.inc"
start --kafka 1 --kafka-version 3.9.1 --kraft
producer() { "$RECORD_PRODUCER" "$@" --bootstrap "$kafka" > out 2> err < /dev/null || failed "record_producer $*"; }
first=0
produce() {
  producer produce --quiet --topic orders --partitions 2 --records 10 --first-record $first --value json --keys 7 --headers odd --batch-records 3 --size 400
  producer produce --quiet --topic payments --records 12 --transaction pay --transaction-records 4 --abort-every 2
  first=$((first + 10))
}
archive=(arkive archive --kafka "$kafka" --to store --topics 'orders,payments' --json)
exports() {   # NAME: everything of the newest run
  for topic in orders payments; do expect_status 0 arkive export --from store "$topic" --all -o "$1.$topic"; done
}
same_exports() { for topic in orders payments; do expect_same_file "$3: $topic" "$1.$topic" "$2.$topic"; done; }
logs() { find store/topics -name '*.log*' | wc -l; }

producer create-topic orders --partitions 2
producer create-topic payments
for round in 1 2 3 4 5 6 7 8; do
  produce
  compress=none; [ $((round % 4)) = 0 ] && compress=zstd
  expect_status 0 "${archive[@]}" --compress $compress
done
exports small
expect_equal "segments of 8 runs and 3 partitions" 24 "$(logs)"
expect_status 0 arkive merge --from store --dry-run --json
expect_json 'd["segments_before"] == 24 and d["segments_after"] < 24 and d["partitions"] == 3'
planned=$(json_of 'd["segments_after"]' < out)
ok "many small segments"

# ---- merged, archived on, merged again
expect_status 0 arkive merge --from store --json
expect_json "d['segments_after'] == $planned and d['run']['whole'] and not d['damaged']"
exports merged
same_exports small merged "after the merge"
expect_status 0 arkive verify --from store
expect_status 0 arkive verify --from store --against-cluster --kafka "$kafka"
produce
expect_status 0 "${archive[@]}"
exports longer
expect_status 0 arkive merge --from store --json
exports merged-again
same_exports longer merged-again "after the second merge"
expect_status 0 arkive merge --from store
expect_line "there is nothing to merge"
expect_status 0 arkive verify --from store
ok "merged twice, with an archive between"

# ---- what Kafka makes of the merged segments and their index files
find store/topics -path '*.m*' -name '*.log.zst' -exec zstd -d -q -k {} + > out 2>&1 || failed "zstd -d of merged segments"
# It reads a .timeindex only beside an .index, which a small segment has not.
files=()
for log in $(find "$scratch/store/topics" -path '*.m*' -name '*.log' | sort); do
  files+=("$log")
  [ ! -e "${log%.log}.txnindex" ] || files+=("${log%.log}.txnindex")
  [ ! -e "${log%.log}.index" ] || files+=("${log%.log}.index" "${log%.log}.timeindex")
done
printf '%s\n' "${files[@]}" | grep -q '[0-9]\.index' || failed "a merged segment has an .index"
all=$(printf '%s\n' "${files[@]}" | paste -sd,)
tool dump-log -- --deep-iteration --files "$all" > dump 2> err || failed "dump-log"
grep -q . dump || failed "dump-log prints something"
if grep -nE 'isvalid: false|Found invalid|Mismatches in|Could not|mismatch|Exception' dump err > out; then failed "dump-log finds nothing wrong"; fi
find store/topics -path '*.m*' -name '*.log.zst' | sed 's/\.zst$//' | xargs rm -f
ok "Kafka reads them"

# ---- the small ones go with the runs that name them
expect_status 0 arkive prune --from store --keep 1
expect_equal "segments that are left" "$(arkive list --from store --json | json_of 'd[-1]["logs"]["files"]')" "$(logs)"
[ "$(logs)" -lt 24 ] || failed "a prune after a merge frees small segments"
expect_status 0 arkive verify --from store
exports pruned
same_exports longer pruned "after the prune"
produce
expect_status 0 "${archive[@]}"
expect_status 0 arkive verify --from store --against-cluster --kafka "$kafka"
ok "pruned, and archived on"

# ---- the way back
expect_status 0 arkive restore topics --from store --kafka "$kafka" --topics 'orders,payments' --rename orders=orders-back --rename payments=payments-back
expect_status 0 arkive archive --kafka "$kafka" --topics '*-back' --to again
for topic in orders payments; do
  expect_status 0 arkive export --from store "$topic" -o "$topic.wanted"
  expect_status 0 arkive export --from again "$topic-back" -o "$topic.got"
  sed -i "s/$topic-back/$topic/g" "$topic.got"
  expect_status 0 python3 "$scenarios/same_records.py" "$topic.wanted" "$topic.got"
  [ -s "$topic.got" ] || failed "$topic has records"
done
ok "a merged archive comes back as it was"

# ---- old records are left out
expect_status 0 arkive merge --from store --keep-records 1ms --json
expect_json 'd["left_out_segments"] >= 3 and d["segments_after"] == 3 and d["run"]["whole"]'
expect_status 0 arkive verify --from store
expect_status 0 arkive verify --from store --against-cluster --kafka "$kafka"
produce
expect_status 0 "${archive[@]}"
expect_json 'd["run"]["whole"] and not d["notes"]'
expect_status 0 arkive prune --from store --keep 1
expect_equal "segments that are left" 6 "$(logs)"
expect_status 0 arkive verify --from store
expect_status 0 arkive verify --from store --against-cluster --kafka "$kafka"
for topic in orders payments; do
  cp "$topic.wanted" all
  expect_status 0 arkive export --from store "$topic" -o "$topic.left"
  [ "$(wc -l < "$topic.left")" -lt "$(wc -l < all)" ] || failed "$topic has fewer records"
done
expect_status 0 arkive restore topics --from store --kafka "$kafka" --topics orders --rename orders=orders-left
expect_status 0 arkive archive --kafka "$kafka" --topics orders-left --to left
expect_status 0 arkive export --from left orders-left -o orders.got
sed -i "s/orders-left/orders/g" orders.got
expect_status 0 python3 "$scenarios/same_records.py" orders.left orders.got
ok "old records are left out, and the rest comes back"
