#!/usr/bin/env bash
# Backups killed or ended by a signal at random moments: what was committed stays whole, in the store and in the git history, a
# run is there with all its parts or not at all, and the next one succeeds by itself. ARKIVE_SEED repeats the choices.
. "$(dirname "$0")/scenario.inc"
seed=${ARKIVE_SEED:-$RANDOM}
RANDOM=$seed
echo "ARKIVE_SEED=$seed"
rounds=40
budget=20   # seconds; a slow machine does fewer rounds, and says so
if [ -n "${ARKIVE_FULL:-}" ]; then rounds=500; budget=900; fi

start --zookeeper 1 --kafka 1
zk=$kafka_zookeeper
root=${zk#"${zk%%/*}"}
producer() { "$RECORD_PRODUCER" "$@" --bootstrap "$kafka" > out 2> err || failed "record_producer $*"; }
producer create-topic bulk --partitions 3
producer produce --topic bulk --partitions 3 --records 600 --size 1000 --batch-records 20 --quiet
cat > arkive.yaml <<YAML
clusters:
  prod: {to: $PWD/store, zookeeper: {connect: "$zk"}, kafka: {bootstrap: "$kafka"}, tree: {to: "git:$PWD/prod.git"}}
YAML
measure_whole arkive backup -c arkive.yaml --json
runs_of() { find store/runs/prod -name '[0-9]*.json' | wc -l; }

killed=0
started=$SECONDS
for round in $(seq "$rounds"); do
  if [ $((SECONDS - started)) -ge $budget ]; then break; fi
  producer produce --topic bulk --partitions 3 --records 60 --size 1000 --batch-records 20 --quiet
  echo "set $root/config/topics/bulk '{\"version\":1,\"config\":{\"retention.ms\":\"9$round\"}}'" | znodes "${zk%%/*}"
  before=$(runs_of)
  "$arkive_program" backup -c arkive.yaml --json > stopped.out 2> stopped.err < /dev/null &
  process=$!
  sleep_for_a_part_of "$whole"
  case $((RANDOM % 2)) in
    0) kill -KILL "$process" 2> /dev/null; allowed=' 0 137 ' ;;
    1) kill -TERM "$process" 2> /dev/null; allowed=' 0 6 143 ' ;;
  esac
  { wait "$process"; } 2> /dev/null
  got=$?
  case "$allowed" in *" $got "*) ;; *) cp stopped.out out; cp stopped.err err; failed "round $round: exit status $got" ;; esac
  if [ "$got" != 0 ]; then killed=$((killed + 1)); else came_too_late; fi
  after=$(runs_of)
  if [ "$got" = 0 ]; then expect_equal "runs after a backup that said it is done" $((before + 1)) "$after"; fi
  [ "$after" = "$before" ] || [ "$after" = $((before + 1)) ] || failed "round $round: $before runs before, $after after"
  expect_status 0 arkive verify --from store
  expect_status 0 arkive verify --from git:prod.git
  expect_status 0 arkive backup -c arkive.yaml --json
  expect_json 'd["backups"][0]["run"]["whole"]'
done
[ "$killed" -gt 0 ] || failed "no backup was stopped: nothing is proved"
expect_status 0 arkive list --from store --json
expect_json 'all(r["what"] == "backup" and r["whole"] and r["logs"]["location"] and r["tree"]["location"] for r in d)'
last=$(json_of 'd[-1]["id"]' < out)
expect_status 0 arkive export --from "store@$last" bulk -o bulk.jsonl
"$RECORD_PRODUCER" read --topic bulk --bootstrap "$kafka" 2> err | wc -l > wanted
expect_equal "records of the last backup" "$(cat wanted)" "$(wc -l < bulk.jsonl)"
ok "$killed of $round backups stopped at a random moment: every run is whole, every next one succeeds"
