#!/usr/bin/env bash
# Brokers of Kafka 1.1.1, whose log directories know no cluster id, were started on an empty ZooKeeper, and clients went on: topics
# were made anew with another number of partitions and no config, and took over the old logs. `arkive plan` finds it; `arkive apply`
# stops the brokers, replaces what they made and starts them again: all records are there, those from in between too.
. "$(dirname "$0")/scenario.inc"
version=${4:-1.1.1}
start --zookeeper 1 --kafka 3 --kafka-version "$version" --set min.insync.replicas=1 --set default.replication.factor=3 \
  --set offsets.topic.replication.factor=3 --set transaction.state.log.replication.factor=3 --set transaction.state.log.min.isr=1 \
  --set zookeeper.session.timeout.ms=3000 --set auto.create.topics.enable=true --set num.partitions=1
zk=$kafka_zookeeper
. "$scenarios/restore_plans.inc"
topics=(orders single payments)
tell_records() {   # DIRECTORY
  mkdir "$1"
  local topic
  for topic in "${topics[@]}"; do producer read --topic "$topic" --committed > "$1/$topic" 2> err || failed "read $topic"; done
  tool consumer-groups -- --describe --group billing 2> err | awk '$1 == "orders" {print $1, $2, $3}' | sort > "$1/offsets"
}
quietly create-topic orders --partitions 3 --replicas 3 retention.ms=3155760000000
produce --topic orders --partitions 3 --records 120
quietly create-topic single --replicas 3 retention.ms=3155760000001
produce --topic single --records 30
quietly create-topic payments --replicas 3
produce --topic payments --records 40 --transaction pay --transaction-records 5 --abort-every 3
quietly commit --group billing orders/0=7 orders/2=3 --metadata "shelf 3"
expect_status 0 arkive dump --zk "$zk" --to git:zoo.git
tell_records before
expect_equal "records of orders" 120 "$(wc -l < before/orders)"
[ -s before/offsets ] || failed "a group has offsets"
ok "a cluster of Kafka $version and its dump"

# ---- ZooKeeper is lost; brokers start first, and clients go on
services kill > out 2>&1 || failed "kill all"
services wipe zookeeper-1 > out || failed "wipe"
start
for topic in orders single; do produce --topic $topic --partitions 1 --records 6 --first-record 900; done
quietly consume --group late --topic single --records 6
tool topics -- --describe --topic orders > out 2>&1 || failed "describe"
grep -q 'PartitionCount:1' out || failed "brokers made the topic anew with one partition"
znodes "${zk%%/*}" <<< "get ${zk#"${zk%%/*}"}/config/topics/orders" > out
expect_no_line "3155760000000"
ok "brokers were started first: topics are made anew on the old logs, with fewer partitions and no config"

# ---- look, plan, apply
write_hook
expect_status 3 arkive inspect-logs --broker 1 servers/kafka-1/data -o running.json
expect_status 5 arkive plan --from git:zoo.git --zk "$zk" --kafka "$kafka" --logs running.json -o running-plan.json
expect_line "started against empty zookeeper (A')"
expect_line "was in use by a running broker"
stop kafka-1 kafka-2 kafka-3
look
expect_status 0 arkive plan --from git:zoo.git --zk "$zk" --logs "$reports" -o plan.json
expect_line "started against empty zookeeper (A')"
expect_line "no log directory tells a cluster id"
expect_line "cannot be undone: replaces /brokers/topics/orders"
expect_line "cannot be undone: replaces /config/topics/orders"
expect_line "cannot be undone: replaces /config/topics/single"
expect_status 0 arkive plan --from git:zoo.git --zk "$zk" --logs "$reports" --json
expect_json 'd["variants"] == ["old-kafka"]'
expect_json '[s["id"] for s in d["steps"]] == ["stop-brokers", "dump-before", "restore-znodes", "start-brokers", "verify"]'
expect_json 'sum(p["topic"] == "orders" for p in d["partitions"]) == 3'
expect_status 0 arkive apply plan.json --hook ./hook --yes
expect_line "restored, and verified"

tell_records after
for topic in "${topics[@]}" offsets; do
  LC_ALL=C comm -23 <(LC_ALL=C sort "before/$topic") <(LC_ALL=C sort "after/$topic") > out
  [ ! -s out ] || failed "what $topic had is there, at the same offsets"
done
expect_equal "records of orders, with those from in between" 126 "$(wc -l < after/orders)"
expect_equal "records of single, with those from in between" 36 "$(wc -l < after/single)"
expect_equal "records of payments" "$(wc -l < before/payments)" "$(wc -l < after/payments)"
for setting in orders:3155760000000 single:3155760000001; do
  tool configs -- --describe --entity-type topics --entity-name "${setting%:*}" > out 2>&1 || failed "describe ${setting%:*}"
  expect_line "retention.ms=${setting#*:}"
done
produce --topic orders --partitions 3 --records 9 --first-record 120 --set enable.idempotence=true
expect_equal "records of orders, really written" 135 "$(producer read --topic orders --committed 2> err | wc -l)"
produce --topic payments --records 5 --transaction pay --first-record 100
ok "all partitions, configs, records and offsets are there, and producers go on"
expect_status 0 arkive apply plan.json --hook ./hook --yes
expect_line "done before"
ok "applied again: nothing is done twice"
