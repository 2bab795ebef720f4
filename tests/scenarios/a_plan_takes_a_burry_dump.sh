#!/usr/bin/env bash
# ZooKeeper is lost, and all there is of it is an old dump by burry, which knows no ACLs. It is imported; `arkive plan` asks which ACL
# its znodes get, and with that `arkive apply` brings the three brokers back.
. "$(dirname "$0")/scenario.inc"
version=${4:-3.9.1}
start --zookeeper 1 --kafka 3 --kafka-version "$version" --set min.insync.replicas=1 --set default.replication.factor=3 \
  --set offsets.topic.replication.factor=3
zk=$kafka_zookeeper
. "$scenarios/restore_plans.inc"
quietly create-topic orders --partitions 3 --replicas 3 retention.ms=3155760000000
produce --topic orders --partitions 3 --records 120
quietly commit --group billing orders/0=7 orders/1=3 --metadata "shelf 3"
topics=(orders)
python3 "$scenarios/burry_dump.py" "$zookeeper" 1795854021 > out 2> err || failed "a dump by burry"
stop kafka-2
start kafka-2
tell before
services kill > out 2>&1 || failed "kill all"
services wipe zookeeper-1 > out || failed "wipe"
start zookeeper-1
expect_status 3 arkive import burry 1795854021.zip --to store --cluster old --json
run=$(json_of 'd["run"]' < out)
ok "ZooKeeper of Kafka $version is lost, a dump by burry is imported"

write_hook
look
ensemble=${zk%%/*}  # the dump is of the root
expect_status 5 arkive plan --from "store@$run" --zk "$ensemble" --logs "$reports" -o without.json
expect_line "scenario: zookeeper lost (A)"
expect_line "are not known to the backup"
expect_status 5 arkive apply without.json --hook ./hook --yes
expect_equal "znodes after a plan without ACLs" zookeeper "$(echo 'children /' | znodes "$ensemble" | paste -sd,)"
expect_status 0 arkive plan --from "store@$run" --zk "$ensemble" --logs "$reports" --acl world:anyone:cdrwa -o plan.json
expect_line "imported from burry"
expect_status 0 arkive apply plan.json --hook ./hook --yes
expect_line "restored, and verified"
tell after
for file in before/*; do expect_same_file "${file#*/}" "$file" "after/${file#*/}"; done
produce --topic orders --partitions 3 --records 9 --first-record 120
expect_equal "records of orders, really written" 129 "$(producer read --topic orders --committed 2> err | wc -l)"
tool configs -- --describe --entity-type topics --entity-name orders > out 2>&1 || failed "describe"
expect_line "retention.ms=3155760000000"
ok "nothing comes back without --acl; with it all is back, and brokers serve"
