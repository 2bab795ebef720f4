#!/usr/bin/env bash
# Three brokers and their ZooKeeper are lost with all disks. `arkive plan` finds empty log directories and writes the way back from a
# backup, `arkive apply` goes it: records, offsets, transactions, ACLs, credentials and quotas are as they were, and clients go on.
. "$(dirname "$0")/scenario.inc"
version=${4:-3.9.1}
start --zookeeper 1 --kafka 3 --kafka-version "$version" --authorizer --scram --scram-user alice=secret --set min.insync.replicas=1 \
  --set default.replication.factor=3 --set offsets.topic.replication.factor=3 --set transaction.state.log.replication.factor=3 \
  --set transaction.state.log.min.isr=1
zk=$kafka_zookeeper
. "$scenarios/restore_plans.inc"

quietly create-topic orders --partitions 3 --replicas 3 retention.ms=3155760000000
produce --topic orders --partitions 3 --records 120 --headers odd --keys 7 --tombstone-every 9
quietly create-topic payments --replicas 3
produce --topic payments --records 40 --transaction pay --transaction-records 5 --abort-every 3
quietly create-topic trimmed --replicas 3
produce --topic trimmed --records 30 --batch-records 5
quietly delete-records trimmed/0=23
quietly create-topic pairs --assignment "1,2;2,3;3,1"
produce --topic pairs --partitions 3 --records 90
quietly create-topic never --partitions 2 --replicas 3
topics=(orders payments trimmed pairs never)
tool acls -- --add --allow-principal User:alice --operation Read --topic orders --group billing > out 2>&1 || failed "set up: ACL"
tool configs -- --alter --entity-type clients --entity-name billing-client --add-config producer_byte_rate=1048576 > out 2>&1 || failed "set up: quota"
quietly commit --group billing orders/0=7 orders/1=3 pairs/2=5 --metadata "shelf 3"
produce --topic payments --records 4 --transaction left-open --last open --transaction-timeout 600s
# An idempotent producer that outlives all of it: it goes on with its id, epoch and sequence.
mkfifo typed
"$RECORD_PRODUCER" produce --topic pairs --partition 0 --records 8 --first-record 1000 --wait-after 5 --first-timestamp "$(date +%s)000" --timestamp-step 1 --set enable.idempotence=true --within 600s --bootstrap "$kafka" < typed > live.lines 2> live.err &
live=$!
exec 7> typed
until grep -qs waiting live.lines; do kill -0 $live 2> err || { cp live.err out; failed "an idempotent producer is at work"; }; done
ok "a cluster of Kafka $version with groups, rights, an open transaction and a producer at work"

expect_status 0 arkive observe --kafka "$kafka"
expect_line "authoriser present"
cat > arkive.yaml <<YAML
clusters:
  prod:
    to: $PWD/store
    zookeeper:
      connect: $zk
    kafka:
      bootstrap: $kafka
    topics:
      transaction_wait: 0s
YAML
expect_status 3 arkive backup -c arkive.yaml
expect_line "is open since offset"
tell before
services kill > out 2>&1 || failed "kill all"
services wipe > out 2>&1 || failed "wipe all"
start zookeeper-1
for broker in 1 2 3; do mkdir -p "servers/kafka-$broker/data"; done
ok "backed up; then ZooKeeper and all disks are lost"

# ---- look, plan, apply
write_hook
look
expect_status 0 arkive plan --from store --zk "$zk" --logs "$reports" -o plan.json
expect_line "scenario: all lost (B)"
expect_line "has a transaction of producer"
cp -a store damaged-store
segment=$(find damaged-store -path '*orders*' -name '*.log' -size +1k | sort | head -1)
[ -n "$segment" ] || failed "a segment of orders"
cp "$segment" segment && printf '\377\377\377' | dd of=segment bs=1 seek=200 conv=notrunc 2> err && mv -f segment "$segment" || failed "damage"
expect_status 0 arkive plan --from damaged-store --zk "$zk" --logs "$reports" -o damaged.json
expect_line "will not be there: partition orders-"
expect_line "is damaged in the archive and is not seeded"
rm -rf damaged-store
expect_status 0 arkive plan --from store --zk "$zk" --logs "$reports" --json
expect_json '[s["id"] for s in d["steps"]] == ["stop-brokers", "restore-znodes", "seed-broker-1", "seed-broker-2", "seed-broker-3", "start-brokers", "verify"]'
expect_json 'sorted((g["topic"], g["partition"], g["offset"]) for g in d["group_offsets"] if g["group"] == "billing") == [("orders", 0, 7), ("orders", 1, 3), ("pairs", 2, 5)]'
expect_status 0 arkive plan --from store --zk "$zk" --seed -o unseen.json
expect_line "scenario: all lost (B)"
expect_status 0 arkive apply plan.json --dry-run --hook ./hook
[ ! -e hook.log ] && [ ! -e plan.json.journal ] || failed "a dry run calls no hook and writes no journal"
expect_status 0 arkive apply plan.json --hook ./hook --yes
expect_line "restored, and verified"
expect_line "a probe record was written, read and removed"
grep -q '^seed-broker 2 arkive restore seed ' hook.log || { cp hook.log out; failed "the hook is called with the command"; }
ok "planned and applied: brokers are seeded from the backup"

tell after
for file in before/*; do expect_same_file "${file#*/}" "$file" "after/${file#*/}"; done
printf 'x\n' | tool console-consumer -- --topic orders --group billing --bootstrap-server "$kafka_scram" --consumer.config "$kafka_scram_properties" --max-messages 1 --timeout-ms 60000 > out 2>&1 || failed "alice reads with her password"
ok "records, offsets, rights, quotas and credentials are as they were"

printf 'go on\n' >&7
wait $live || { cp live.err out; failed "the producer that outlived it all goes on"; }
exec 7>&-
expect_equal "records of its topic" $(($(wc -l < before/pairs.committed) + 3)) "$(producer read --topic pairs --committed 2> err | wc -l)"
produce --topic payments --records 5 --transaction pay --first-record 100
produce --topic payments --records 2 --transaction left-open --first-record 200
# A commit is answered before its markers are in the logs.
has_committed() { producer read --topic payments --committed > committed 2> err && [ $(($(wc -l < before/payments.committed) + 7)) = "$(wc -l < committed)" ]; }
until_true "seven more records are committed" has_committed
ok "an idempotent producer and two transactional ones go on; the open transaction is aborted"

expect_status 0 arkive apply plan.json --hook ./hook --yes
expect_line "done before"
ok "applied again: nothing is done twice"
