#!/usr/bin/env bash
# Topics and znodes are archived over several runs, while prunes are killed at random moments and run beside archivers; what is left is
# sound, every run that stays holds what it held, and the records come back into a cluster as they were produced.
# ARKIVE_SEED repeats the choices.
. "$(dirname "$0")/scenario.inc"
seed=${ARKIVE_SEED:-$RANDOM}
RANDOM=$seed
echo "ARKIVE_SEED=$seed"
start --zookeeper 1 --kafka 1 --kafka-version 3.9.1
zk=$kafka_zookeeper
producer() { "$RECORD_PRODUCER" "$@" --bootstrap "$kafka" > out 2> err < /dev/null || failed "record_producer $*"; }
first=0
produce() {
  producer produce --quiet --topic orders --partitions 2 --records 40 --first-record $first --value json --keys 7 --headers odd --batch-records 10
  producer produce --quiet --topic payments --records 20 --transaction pay --transaction-records 5 --abort-every 3
  first=$((first + 40))
}
archive=(arkive archive --kafka "$kafka" --to store --topics 'orders,payments' --json)
run() { expect_status 0 "${archive[@]}"; json_of 'd["run"]["id"]' < out; }
runs_of() { find store/runs/main -name '[0-9]*.json' | wc -l; }
exports() {   # RUN NAME: everything of a run, into NAME.orders and NAME.payments
  for topic in orders payments; do expect_status 0 arkive export --from "store@$1" "$topic" --all -o "$2.$topic"; done
}
same_exports() { for topic in orders payments; do expect_same_file "$3: $topic" "$1.$topic" "$2.$topic"; done; }

producer create-topic orders --partitions 2
producer create-topic payments
ids=()
for _ in 1 2 3 4 5 6; do
  produce
  ids+=("$(run)") || exit 1
  expect_status 0 arkive dump --zk "$zk" --to store
done
exports "${ids[4]}" wanted-5
exports "${ids[5]}" wanted-6
expect_equal "runs of both kinds" 12 "$(runs_of)"
ok "six archives and six dumps"

# ---- the plan, and the same plan carried out
find store -type f ! -path 'store/locks/*' | sort > before
expect_status 0 arkive prune --from store --keep 5 --dry-run --json
mv out planned
find store -type f ! -path 'store/locks/*' | sort > after
expect_same_file "the store after a dry run" before after
expect_status 0 arkive prune --from store --keep 5 --json
python3 - planned out > differ 2>&1 << 'END' || { cat differ; failed "the plan and what was done"; }
import json, sys
planned, done = (json.load(open(name)) for name in sys.argv[1:])
assert planned.pop("dry_run") and not done.pop("dry_run")
assert planned == done, (planned, done)
assert len(done["removed"]) == 2 and len(done["kept"]) == 10 and done["lists"] == 3 and not done["notes"], done
assert all(run["reasons"] for run in done["kept"])
END
expect_status 0 arkive verify --from store
ok "what a dry run tells is what is done"

# ---- prunes that are killed
copy_of_store() { rm -rf store && cp -a whole store; }
mv store whole
copy_of_store
measure_whole arkive prune --from store --keep 2
# A killed prune leaves its record, and temporary files wait for a day.
everything_but_history() { find store -type f ! -path 'store/locks/*' ! -path 'store/history/*' ! -name '.arkive-temporary-*' | sort; }
everything_but_history > undisturbed
killed=0 tries=0
while [ $tries -lt 15 ] || { [ $killed -lt 3 ] && [ $tries -lt 60 ]; }; do
  tries=$((tries + 1))
  copy_of_store
  "$arkive_program" prune --from store --keep 2 > stopped 2>&1 < /dev/null &
  process=$!
  sleep_for_a_part_of "$whole"
  kill -KILL "$process" 2> /dev/null
  { wait "$process"; } 2> /dev/null
  if [ $? = 137 ]; then killed=$((killed + 1)); else came_too_late; fi
  expect_status 0 arkive verify --from store
  exports "${ids[4]}" got
  same_exports wanted-5 got "after a kill, the run before the last"
  expect_status 0 arkive prune --from store --keep 2
  everything_but_history > after
  expect_same_file "the store after the next prune" undisturbed after
done
[ $killed -ge 3 ] || failed "a kill came too late too often: $killed of $tries"
expect_status 0 arkive verify --from store
exports "${ids[5]}" got
same_exports wanted-6 got "after killed prunes, the last run"
ok "$killed prunes killed: whole runs, and nothing left over after the next one"

# ---- prunes beside archivers
for _ in 1 2 3 4; do
  produce
  "$arkive_program" archive --kafka "$kafka" --to store --topics 'orders,payments' > beside 2>&1 < /dev/null &
  process=$!
  for _ in 1 2 3; do
    arkive prune --from store --keep 2 > out 2> err < /dev/null
    got=$?
    # While the archiver holds its lock for longer than a prune waits, nothing is removed.
    if [ $got != 0 ]; then [ $got = 1 ] && grep -q "lock 'store/locks/" err || failed "a prune beside an archiver ends with $got"; fi
  done
  wait "$process" || { mv beside out; failed "an archiver beside prunes"; }
  expect_status 0 arkive verify --from store
done
expect_status 0 arkive prune --from store --keep 1
expect_equal "runs that are left" 2 "$(runs_of)"
ok "prunes and archivers beside each other"

# ---- the way back
last=$(run) || exit 1
exports "$last" last
expect_status 0 arkive restore topics --from store --kafka "$kafka" --topics 'orders,payments' --rename orders=orders-back --rename payments=payments-back
expect_status 0 arkive archive --kafka "$kafka" --topics '*-back' --to again
for topic in orders payments; do
  expect_status 0 arkive export --from "store@$last" "$topic" -o "$topic.wanted"
  expect_status 0 arkive export --from again "$topic-back" -o "$topic.got"
  sed -i "s/$topic-back/$topic/g" "$topic.got"
  expect_status 0 python3 "$scenarios/same_records.py" "$topic.wanted" "$topic.got"
  [ -s "$topic.got" ] || failed "$topic has records"
done
expect_status 0 arkive restore znodes --from store --zk "${zk%%/*}/restored" --profile generic
ok "a pruned archive comes back as it was"
