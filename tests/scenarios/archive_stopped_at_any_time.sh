#!/usr/bin/env bash
# Test 2 of docs/reliability.md for archives: runs killed (alone and with their whole process group), ended by SIGTERM and by
# SIGINT twice, at random moments and in --follow too. What was committed stays whole; the next run succeeds by itself.
# ARKIVE_SEED repeats the choices.
. "$(dirname "$0")/scenario.inc"
seed=${ARKIVE_SEED:-$RANDOM}
RANDOM=$seed
echo "ARKIVE_SEED=$seed"
rounds=50
budget=25   # seconds; a slow machine does fewer rounds, and says so
if [ -n "${ARKIVE_FULL:-}" ]; then rounds=1000; budget=1500; fi

start --zookeeper 1 --kafka 1
produce() { "$RECORD_PRODUCER" produce --topic bulk --partitions 3 --records "$1" --size 1000 --batch-records 20 --quiet --bootstrap "$kafka" > out 2> err || failed "produce"; }
"$RECORD_PRODUCER" create-topic bulk --partitions 3 --bootstrap "$kafka" > out 2> err || failed "create-topic"
produce 600
run=(archive --kafka "$kafka" --to store --exclude-topics '__*' --json)
measure_whole arkive "${run[@]}"
runs_of() { find store/runs/main -name '[0-9]*.json' | wc -l; }
status_of() {   # PROCESS: within a minute, or it hangs
  local process=$1 deadline=$((SECONDS + 60))
  while kill -0 "$process" 2> /dev/null && ! grep -qs '^State:.Z' "/proc/$process/status"; do
    [ $SECONDS -lt $deadline ] || failed "a run ends within a minute of the signal"
  done
  { wait "$process"; } 2> /dev/null
}
sound_and_next_run() {   # BEFORE: runs that were there
  local before=$1 after
  expect_status 0 arkive verify --from store
  after=$(runs_of)
  [ "$after" -ge "$before" ] || failed "$before runs were committed, $after are there"
  expect_status 0 arkive "${run[@]}"
  expect_json 'd["run"]["whole"]'
  expect_equal "runs after the next one" $((after + 1)) "$(runs_of)"
}

injected=0 noticed=0
started=$SECONDS
for round in $(seq "$rounds"); do
  if [ $((SECONDS - started)) -ge $budget ]; then break; fi
  produce 60
  before=$(runs_of)
  how=$((RANDOM % 4))
  set -m   # a process group of its own
  "$arkive_program" "${run[@]}" > stopped.out 2> stopped.err < /dev/null &
  process=$!
  set +m
  sleep_for_a_part_of $((whole / 2))
  case $how in
    0) kill -KILL "$process" 2> /dev/null; allowed=' 0 137 ' ;;
    1) kill -KILL -- "-$process" 2> /dev/null; allowed=' 0 137 ' ;;
    # Before main has begun a signal is nobody's but the kernel's: 143, 130.
    2) kill -TERM "$process" 2> /dev/null; allowed=' 0 6 143 ' ;;
    3) kill -INT "$process" 2> /dev/null; kill -INT "$process" 2> /dev/null; allowed=' 0 6 130 ' ;;
  esac
  status_of "$process"; got=$?
  cp stopped.out out; cp stopped.err err
  case $allowed in *" $got "*) ;; *) failed "round $round, way $how: exit status $got is none of$allowed" ;; esac
  [ "$got" != 6 ] || grep -q interrupted err || failed "an interrupted run says so"
  injected=$((injected + 1))
  if [ "$got" = 0 ]; then came_too_late; else noticed=$((noticed + 1)); fi
  sound_and_next_run "$before"
done
[ "$injected" -eq "$rounds" ] || echo "note: $injected of $rounds rounds in $budget s"
[ "$noticed" -gt 0 ] || failed "some of $injected runs are stopped before their end"
ok "stopped at $noticed of $injected random moments: every committed run verifies, the next one succeeds"

follow() {   # starts one that follows; $process
  set -m
  "$arkive_program" "${run[@]}" --follow --interval "$1" > follow.out 2> follow.err < /dev/null &
  process=$!
  set +m
}
await_more_runs() {   # THAN
  local deadline=$((SECONDS + 60))
  until [ "$(runs_of)" -gt "$1" ]; do
    kill -0 "$process" 2> /dev/null || { cp follow.err err; failed "the one that follows is still at work"; }
    [ $SECONDS -lt $deadline ] || failed "the one that follows commits a run within a minute"
  done
}
for signal in TERM INT KILL; do
  before=$(runs_of)
  follow 1h
  await_more_runs "$before"
  kill "-$signal" "$process"
  status_of "$process"; got=$?
  cp follow.err err
  wanted=0; [ $signal != KILL ] || wanted=137
  expect_equal "exit status of --follow between two runs after SIG$signal" $wanted "$got"
  injected=$((injected + 1)); noticed=$((noticed + 1))
  sound_and_next_run $((before + 1))
done
for round in $(seq $((rounds / 10))); do
  if [ $((SECONDS - started)) -ge $((budget + budget / 4)) ]; then break; fi
  before=$(runs_of)
  follow 1s
  await_more_runs "$before"
  produce 60
  sleep_for_a_part_of 1500
  kill -KILL -- "-$process"
  status_of "$process"
  injected=$((injected + 1)); noticed=$((noticed + 1))
  sound_and_next_run $((before + 1))
done
ok "--follow ends with status 0 at a signal; killed, it leaves whole runs"

python3 "$scenarios/archive_lists.py" store bytes bulk "$scratch"/servers/kafka-* > out 2>&1 || failed "the bytes are the broker's own"
[ -z "${ARKIVE_SCOREBOARD:-}" ] || printf 'archive_stopped_at_any_time\t%s\t%s\t%s\t0\n' "$seed" $injected $noticed >> "$ARKIVE_SCOREBOARD"
ok "after $injected stops the archived bytes are the broker's own"
