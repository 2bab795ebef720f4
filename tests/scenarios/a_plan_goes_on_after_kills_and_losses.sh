#!/usr/bin/env bash
# Two brokers and their ZooKeeper are lost with all disks. On the way back everything goes wrong that can: a broker comes up in the
# middle, ZooKeeper is lost once more, two people apply the plan at once, the disk fills up, and apply is killed again and again.
. "$(dirname "$0")/scenario.inc"
version=${4:-3.9.1}
start --zookeeper 1 --kafka 2 --kafka-version "$version" --set min.insync.replicas=1 --set default.replication.factor=2 \
  --set offsets.topic.replication.factor=2 --set offsets.topic.num.partitions=5 --set transaction.state.log.replication.factor=2 \
  --set transaction.state.log.min.isr=1 --set transaction.state.log.num.partitions=3 --set zookeeper.session.timeout.ms=2000
zk=$kafka_zookeeper
. "$scenarios/restore_plans.inc"

quietly create-topic orders --partitions 2 --replicas 2 retention.ms=3155760000000
produce --topic orders --partitions 2 --records 120 --headers odd --keys 7
quietly create-topic payments --replicas 2 retention.ms=3155760000000
produce --topic payments --records 40 --transaction pay --transaction-records 5 --abort-every 3
topics=(orders payments)
quietly commit --group billing orders/0=7 orders/1=3 --metadata "shelf 3"
tell() {   # DIRECTORY: what clients see
  mkdir "$1"
  local topic
  for topic in "${topics[@]}"; do
    producer read --topic "$topic" > "$1/$topic.all" 2> err || failed "read $topic"
    producer read --topic "$topic" --committed > "$1/$topic.committed" 2> err || failed "read $topic, what is committed"
  done
  producer groups 2> err > groups.now || failed "groups"
  sed 's/,"coordinator":[0-9]*//' groups.now > "$1/groups"
}
# The backup is encrypted; whoever restores, and the hook, have the key from the environment.
(umask 077; head -c 32 /dev/urandom > store.key)
export ARKIVE_KEY_FILE=$PWD/store.key
cat > arkive.yaml <<YAML
clusters:
  prod:
    to: $PWD/store
    encryption:
      key_file: $PWD/store.key
    zookeeper:
      connect: $zk
    kafka:
      bootstrap: $kafka
YAML
expect_status 0 arkive backup -c arkive.yaml
tell before
lose_all() {
  services kill > out 2>&1 || failed "kill all"
  services wipe > out 2>&1 || failed "wipe all"
  start zookeeper-1
  for broker in 1 2; do
    mkdir -p "servers/kafka-$broker/data"
    rm -f "logs-$broker.json"
    expect_status 0 arkive inspect-logs --broker $broker "servers/kafka-$broker/data" -o "logs-$broker.json"
  done
}
write_plan() {   # FILE
  expect_status 0 arkive plan --from store --zk "$zk" --logs logs-1.json,logs-2.json -o "$1"
  expect_line "scenario: all lost (B)"
}
lose_all
write_plan plan.json
ok "a cluster of Kafka $version, backed up and encrypted; then ZooKeeper and all disks are lost"

# What the hook does besides its work is told by files: wait-ACTION, early, lose-zookeeper.
write_hook
sed -i '/^case/i\
[ ! -e '"$scratch"'/wait-$1 ] || { touch '"$scratch"'/waits; cat '"$scratch"'/go > /dev/null; }\
if [ "$1" = seed-broker ] \&\& [ -e '"$scratch"'/lose-zookeeper ]; then\
  rm '"$scratch"'/lose-zookeeper\
  for action in kill wipe start; do HOME='"$real_home"' "'"$services_program"'" $action --directory '"$scratch"'/servers zookeeper-1 > /dev/null || exit 8; done\
fi\
if [ "$1 $2" = "seed-broker 2" ] \&\& [ -e '"$scratch"'/early ]; then exit 7; fi' hook
mkfifo go

# ---- a dry run asks and changes nothing; the proxy shows that it would have counted
"$scenarios/zookeeper_proxy.py" "$zk" counts > port 2> proxy.err &
until_true "the proxy listens" test -s port
through=127.0.0.1:$(cat port); case $zk in */*) through+=/${zk#*/} ;; esac
counted() { awk -v name="$1" '$1 == name {print $2}' counts; }
expect_status 0 arkive apply plan.json --dry-run --hook ./hook --zk "$through"
expect_line "would be done"
expect_equal "changing calls of a dry run" 0 "$(counted changing)"
[ "$(counted other)" -gt 0 ] || failed "the dry run asked through the proxy"
[ ! -e hook.log ] && [ ! -e plan.json.journal ] || failed "a dry run calls no hook and writes no journal"
ok "a dry run makes no changing call: $(counted other) others were counted"

# ---- two at once
touch wait-seed-broker
"$arkive_program" apply plan.json --hook ./hook --yes --zk "$through" > first.out 2> first.err < /dev/null &
first=$!
until_true "the first apply is at work" test -e waits
expect_status 1 arkive apply plan.json --hook ./hook --yes
expect_line "held by process $first"
rm wait-seed-broker
kill -KILL $first
wait $first 2> err
timeout 10 bash -c ": > go" || :   # lets the one go that waits in the hook, if it outlived
ok "two who apply a plan at once exclude each other"

# ---- a broker comes up before all logs are seeded
touch early
expect_status 1 arkive apply plan.json --hook ./hook --yes --zk "$through"
expect_line "exit status 7"
[ "$(counted changing)" -gt 0 ] || failed "the proxy counts what changes"
rm early
start kafka-1
expect_status 5 arkive apply plan.json --hook ./hook --yes --gate-timeout 2s
expect_line "gate brokers-down"
expect_line "broker 1"
services stop kafka-1 > out 2>&1 || failed "stop broker 1"
ok "a broker that came up in the middle is waited for, then named"

# ---- ZooKeeper is lost once more, while logs are seeded
touch lose-zookeeper
expect_status 0 arkive apply plan.json --hook ./hook --yes
expect_line "znodes-in-place"
expect_line "step 'restore-znodes' is done once more"
expect_line "restored, and verified"
tell after
for file in before/*; do expect_same_file "${file#*/}" "$file" "after/${file#*/}"; done
ok "ZooKeeper lost once more: its znodes are restored once more before a broker starts"

# ---- the disk on which the journal lies is full: named, and it goes on
lose_all
if unshare -rm true 2> err; then
  write_plan full.json
  mkdir small
  expect_status 0 unshare -rm bash -c 'mount -t tmpfs -o size=64k tmpfs small && cp full.json small/plan.json 2> /dev/null
    head -c 60000 /dev/zero > small/filler 2> /dev/null
    until ! printf x >> small/filler; do :; done 2> /dev/null
    before=$(wc -l < hook.log)
    "$0" apply small/plan.json --hook ./hook --yes > full.out 2> full.err < /dev/null
    echo $? $(($(wc -l < hook.log) - before)) > full.status' "$arkive_program"
  expect_equal "exit status and hooks called on a full disk" "1 0" "$(cat full.status)"
  grep -q 'No space left on device' full.err || { cp full.err out; failed "a full disk is named"; }
  ok "nothing is begun that cannot be written into the journal"
fi

# ---- killed again and again, at any moment
write_plan killed.json
RANDOM=${SEED:=$RANDOM}
printf 'seed %s\n' "$SEED"
journalled() { if [ -e killed.json.journal ]; then wc -l < killed.json.journal; else echo 0; fi; }
kills=0
while :; do
  lines=$(journalled)
  "$arkive_program" apply killed.json --hook ./hook --yes > killed.out 2> killed.err < /dev/null &
  applying=$!
  if [ $kills -lt "${KILLS:-12}" ]; then
    while kill -0 $applying 2> err && [ "$(journalled)" -le "$lines" ]; do read -rt 0.02 <> never || :; done
    case $((kills < 4 ? 0 : RANDOM % 3)) in   # at once, in the step, or deep in it
      1) read -rt "0.$((RANDOM % 10))" <> never || : ;;
      2) read -rt "$((RANDOM % 4)).$((RANDOM % 10))" <> never || : ;;
    esac
    kill -KILL $applying 2> err && kills=$((kills + 1))
  fi
  wait $applying 2> err
  status=$?
  [ $status -ne 0 ] || break
  [ $status -eq 137 ] || { cat killed.out killed.err > out; failed "after $kills kills: exit status $status"; }
done
grep -q "restored, and verified" killed.out || { cp killed.out out; failed "it comes to its end"; }
tell again
for file in before/*; do expect_same_file "${file#*/} after kills" "$file" "again/${file#*/}"; done
[ $kills -ge 4 ] || failed "it was killed: $kills times"
ok "killed $kills times, it goes on and ends with all of it restored"
