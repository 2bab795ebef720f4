#!/usr/bin/env bash
# Three brokers lose their ZooKeeper, and the dump is older than several leader elections, a reassignment and a new topic; one replica
# lags, one log is forked. `arkive plan` finds what the disks hold, `arkive apply` brings all acknowledged records back. Then the same
# again in another order, after brokers were started against the empty ZooKeeper.
. "$(dirname "$0")/scenario.inc"
version=${4:-3.9.1}
start --zookeeper 1 --kafka 3 --kafka-version "$version" --authorizer --set min.insync.replicas=1 --set default.replication.factor=3 \
  --set offsets.topic.replication.factor=3 --set transaction.state.log.replication.factor=3 --set transaction.state.log.min.isr=1 \
  --set zookeeper.session.timeout.ms=6000 --set replica.fetch.wait.max.ms=100
zk=$kafka_zookeeper
. "$scenarios/restore_plans.inc"
in_sync() {
  [ -z "$(tool topics -- --describe --under-replicated-partitions 2> err)" ]
}
topics=(orders payments moved lagging)

quietly create-topic orders --partitions 3 --replicas 3 retention.ms=3155760000000
produce --topic orders --partitions 3 --records 120
quietly create-topic payments --replicas 3
produce --topic payments --records 40 --transaction pay --transaction-records 5 --abort-every 3
quietly create-topic moved --assignment "1,2"
produce --topic moved --records 180
quietly create-topic lagging --assignment "1,2,3"
produce --topic lagging --records 160
tool acls -- --add --allow-principal User:alice --operation Read --topic orders --group billing > out 2>&1 || failed "set up: ACL"
quietly commit --group billing orders/0=7 orders/1=3 --metadata "shelf 3"
expect_status 0 arkive dump --zk "$zk" --to git:zoo.git
ok "a cluster of Kafka $version and its dump"

# ---- what the dump does not know
for broker in 1 2; do stop kafka-$broker; start kafka-$broker; done
until_true "all in sync again" in_sync
printf '{"version":1,"partitions":[{"topic":"moved","partition":0,"replicas":[3,2]}]}' > move.json
if [ "$version" = 1.1.1 ]; then by=(--zookeeper "$zk"); else by=(); fi
tool reassign-partitions -- --reassignment-json-file "$PWD/move.json" --execute "${by[@]}" > out 2>&1 || failed "reassign"
moved_there() { tool topics -- --describe --topic moved 2> err | grep -q 'Replicas: 3,2[[:space:]]'; }
until_true "the partition moved" moved_there
quietly create-topic new --partitions 2 --replicas 3
produce --topic new --partitions 2 --records 50
topics+=(new)
quietly create-topic fork --assignment "1,2,3"
produce --topic fork --records 160
topics+=(fork)
# Clients that outlive all of it: Java's consumer, and a transactional producer of whose transactions one is done.
quietly create-topic queue --assignment "2,3,1"
produce --topic queue --records 10
tool console-consumer -- --topic queue --group live --from-beginning --max-messages 15 --timeout-ms 240000 > live.consumed 2> live.consumer &
consumer=$!
mkfifo typed
"$RECORD_PRODUCER" produce --topic queue --records 5 --first-record 100 --transaction live --transaction-records 2 --wait-after 2 --within 600s --bootstrap "$kafka" < typed > live.lines 2> live.err &
live=$!
exec 7> typed
waits() { grep -qs waiting live.lines || { kill -0 $live 2> err || { cp live.err out; failed "a transactional producer is at work"; }; false; }; }
until_true "a transactional producer waits" waits
has_read() { tool consumer-groups -- --describe --group live 2> err | awk '$2 == "queue" && $4 >= 10 {found = 1} END {exit !found}'; }
until_true "Java's consumer is at work" has_read
topics+=(queue)
stop kafka-3
produce --topic lagging --records 40 --first-record 160
produce --topic orders --partitions 3 --records 30 --first-record 120
lags() { tool topics -- --describe --topic lagging 2> err | grep -qE 'Isr: (1,2|2,1)[[:space:]]*'; }
until_true "broker 3 left the in-sync replicas" lags
# Broker 1 appends what nobody else has and nobody was promised, and is killed; broker 2 goes on without it.
tool topics -- --describe --topic fork 2> err | grep -q 'Leader: 1[[:space:]]' || failed "broker 1 leads the forked partition"
services pause kafka-2 > out || failed "pause"
# A fetch of broker 2 that broker 1 holds back would get what comes: behind replica.fetch.wait.max.ms it is answered with nothing.
read -rt 0.5 <> never || :
produce --topic fork --records 60 --first-record 160 --set acks=1
services kill kafka-1 > out || failed "kill"
services resume kafka-2 > out || failed "resume"
leads() { tool topics -- --describe --topic fork 2> err | grep -q 'Leader: 2[[:space:]]'; }
until_true "broker 2 leads the forked partition" leads
produce --topic fork --records 25 --first-record 300
tell_committed() {   # DIRECTORY: records that are committed, and where a group is
  mkdir "$1"
  for topic in "${topics[@]}"; do producer read --topic "$topic" --committed > "$1/$topic" 2> err || failed "read $topic"; done
  tool consumer-groups -- --describe --group billing 2> err | awk '{for (i = 1; i < NF; ++i) if ($i == "orders") print $i, $(i + 1), $(i + 2)}' | sort > "$1/offsets"
}
tell_committed before
expect_equal "records of the lagging topic" 200 "$(wc -l < before/lagging)"
expect_equal "records of the forked topic" 185 "$(wc -l < before/fork)"
services kill > out 2>&1 || failed "kill all"
services wipe zookeeper-1 > out || failed "wipe"
start zookeeper-1
ok "ZooKeeper is lost, the dump is old, one replica lags, one log is forked"

# ---- A: look, plan, apply
write_hook
look
expect_status 0 arkive plan --from git:zoo.git --zk "$zk" --logs "$reports" -o plan.json
expect_line "scenario: zookeeper lost (A)"
expect_line "topic new is on the disks"
expect_status 0 arkive plan --from git:zoo.git --zk "$zk" --logs "$reports" --make-missing-topics -o plan-2.json
expect_no_line "nobody serves them"
expect_status 0 arkive plan --diff plan.json plan-2.json
expect_line "znode /brokers/topics/new: new"
expect_status 0 arkive plan --from git:zoo.git --zk "$zk" --logs "$reports" --make-missing-topics --markdown
cp out runbook.md
grep -q '^## 2. ' runbook.md && grep -q 'replicas' runbook.md || { cp runbook.md out; failed "a runbook"; }
expect_status 0 arkive observe --zk "$zk" --logs "$reports" -o seen.json
expect_status 0 arkive plan --from git:zoo.git --observation seen.json --make-missing-topics --json
expect_json '[s["id"] for s in d["steps"]] == ["stop-brokers", "restore-znodes", "start-brokers", "verify"]'
expect_json '[p["replicas"] for p in d["partitions"] if p["topic"] == "moved"] == [[2, 3]]'
expect_json '[p["in_sync"] for p in d["partitions"] if p["topic"] == "lagging"] == [[1, 2]]'
expect_json '[[p["in_sync"], p["log_end"]] for p in d["partitions"] if p["topic"] == "fork"] == [[[2], 185]]'
ok "the plan is the same from a file, and says what is where"

expect_status 0 arkive apply plan-2.json --dry-run --hook ./hook
expect_equal "calls of the hook in a dry run" "" "$(cat hook.log 2> err)"
[ ! -e plan-2.json.journal ] || failed "a dry run writes no journal"
expect_status 0 arkive apply plan-2.json --hook ./hook --yes
expect_line "restored, and verified"
expect_line "a probe record was written, read and removed"
tell_committed after
for topic in "${topics[@]}" offsets; do expect_same_file "$topic" "before/$topic" "after/$topic"; done
tool acls -- --list 2> err | grep -q alice || failed "the ACL is back"
if grep -rq 'is out of range, which typically implies a leader change' servers/kafka-*/server.log; then failed "a follower loops"; fi
ok "every acknowledged record, offset and ACL is back; no follower loops"
expect_status 0 arkive apply plan-2.json --hook ./hook --yes
expect_line "done before"
ok "applied again: nothing is done twice"
echo > /dev/fd/7
wait $live || { cp live.err out; failed "the transactional producer that outlived it goes on"; }
wait $consumer || { cp live.consumer out; failed "Java's consumer that outlived it goes on"; }
expect_equal "records that Java's consumer has read" "15 of 15" "$(sort -u live.consumed | wc -l) of $(wc -l < live.consumed)"
ok "a Java consumer and a transactional producer that outlived it all go on"
producer produce --topic orders --partitions 3 --records 9 --first-record 150 --set enable.idempotence=true > lines 2> err < /dev/null || failed "produce after"
producer read --topic orders --committed > read 2> err || failed "read after"
expect_equal "records of orders, really written" 159 "$(wc -l < read)"
ok "an idempotent producer's records are really written"

# ---- A': brokers are started against the empty ZooKeeper
until_true "all in sync" in_sync
expect_status 0 arkive dump --zk "$zk" --to git:zoo.git
tell_committed later
services kill > out 2>&1 || failed "kill all"
services wipe zookeeper-1 > out || failed "wipe"
start zookeeper-1
if services start kafka-1 > out 2>&1; then
  [ "$version" = 1.1.1 ] || failed "a broker does not start against another cluster id"
  services kill kafka-1 > out || failed "kill"
fi
look
expect_status 0 arkive plan --from git:zoo.git --zk "$zk" --logs "$reports" -o again.json
expect_line "started against empty zookeeper (A')"
expect_line "cannot be undone: replaces /cluster/id"
# Brokers start in the other order: a plan may be edited. With 2.8.2 all start together.
python3 -c 'import json
plan = json.load(open("again.json"))
next(s for s in plan["steps"] if s["id"] == "start-brokers")["hosts"].reverse()
json.dump(plan, open("again.json", "w"))' 2> err || failed "edit the plan"
if [ "$version" = 2.8.2 ]; then
  sed -i "s|^case|if [ \"\$1 \$2\" = 'start-broker 3' ]; then HOME=$real_home \"$services_program\" start --directory $scratch/servers kafka-1 kafka-2 kafka-3 \&\& echo 3 > $scratch/up-at-once; exit; fi\ncase|" hook
fi
expect_status 5 arkive apply again.json --hook ./hook
expect_line "was not confirmed"
expect_line "what is there now is kept"
expect_status 0 arkive apply again.json --hook ./hook --yes
expect_line "restored, and verified"
tell_committed latest
for topic in "${topics[@]}" offsets; do expect_same_file "$topic" "later/$topic" "latest/$topic"; done
expect_equal "brokers in the order of their start" "start-broker 3,start-broker 2,start-broker 1" "$(grep -o '^start-broker [0-9]' hook.log | tail -3 | paste -sd,)"
if [ "$version" = 2.8.2 ]; then expect_equal "brokers that were up after the first call" 3 "$(cat up-at-once)"; fi
ok "the poisoned cluster id and producer ids are found and replaced; all is back"
