#!/usr/bin/env bash
# A backup of three brokers is brought back by `arkive drill` in servers that live for a moment: everything is there again, and how long it
# took is told by step. Then a sample of it, with a damaged segment in the store; then with a Kafka whose brokers do not start.
. "$(dirname "$0")/scenario.inc"
. "$scenarios/metrics.inc"
start --zookeeper 1 --kafka 3 --authorizer --set min.insync.replicas=1
zk=$kafka_zookeeper
producer() { "$RECORD_PRODUCER" "$@" --bootstrap "$kafka"; }
quietly() { producer "$@" > out 2> err < /dev/null || failed "record_producer $*"; }
produce() {   # OPTION...
  local tries=0
  until producer produce "$@" > lines 2> err < /dev/null; do
    [ ! -s lines ] && grep -q 'Unknown partition' err && [ $((tries += 1)) -lt 100 ] || failed "produce $*"
  done
}
quietly create-topic orders --partitions 3 --replicas 3
produce --topic orders --partitions 3 --records 300 --size 2000
quietly create-topic payments --replicas 2
produce --topic payments --records 40 --transaction pay --transaction-records 5 --abort-every 3
quietly create-topic state --replicas 1 cleanup.policy=compact
produce --topic state --records 200 --keys 20 --tombstone-every 11
quietly create-topic never --partitions 2 --replicas 1
quietly commit --group billing orders/0=7 orders/1=3 --metadata "shelf 3"
tool acls -- --add --allow-principal User:alice --operation Read --topic orders --group billing > out 2>&1 || failed "set up: ACL"
# As a broker keeps what was set while it ran; a drill's that took it over would listen elsewhere.
address=${zk%%/*}
listeners='{"version":1,"config":{"listeners":"PLAINTEXT://0.0.0.0:19092"}}'
printf "create %s '%s'\n" "${zk#"$address"}/config/brokers/2" "$listeners" | znodes "$address" > out 2> err
cat > arkive.yaml <<YAML
clusters:
  prod:
    zookeeper:
      connect: $zk
    kafka:
      bootstrap: $kafka
    to: $scratch/store
YAML
expect_status 0 arkive backup -c arkive.yaml
services stop > out 2>&1 || failed "stop"
ok "a backup of three brokers, which are gone"

home=$scratch/kafka
mkdir -p "$home" tmp && ln -s "$real_home/.cache/arkive/jars/kafka-3.9.1" "$home/libs"
export TMPDIR=$scratch/tmp
nothing_left() {
  expect_equal "what is left in the scratch directory" "" "$(ls tmp)"
  if pgrep -f "$scratch/(tmp|here)/" > out; then failed "a server of the drill runs on"; fi
}
expect_status 0 arkive drill --from store --cluster prod --kafka-home "$home" --metrics arkive.prom
expect_line "everything came back"
expect_line "not rehearsed: configs of brokers that are kept in ZooKeeper (2)"
expect_equal "the last line" "arkive-drill cluster=prod" "$(tail -1 out | cut -d' ' -f1,2)"
expect_series arkive_drill_exit_status 0
expect_alert_rules_served arkive_drill_
grep -q '^arkive_drill_step_seconds{cluster="prod",step="seed-broker-2"} ' arkive.prom || { cp arkive.prom out; failed "the time of each step"; }
whole=$(value arkive_drill_last_whole_success_timestamp_seconds)
nothing_left
ok "everything came back"

# ---- damage: a byte of a segment of orders
segment=$(find store -path '*orders*' -name '*.log' -size +20k | sort | head -1)
[ -n "$segment" ] || failed "a segment of orders"
printf '\377\377\377' | dd of="$segment" bs=1 seek=9000 conv=notrunc 2> err || failed "damage"
expect_status 3 arkive drill --from store --cluster prod --kafka-home "$home" --topics 'or*' --scratch here --json --metrics arkive.prom
expect_json 'd["scenario"] == "all-lost" and d["kafka"] == "3.9.1" and d["brokers"] == [1, 2, 3]'
expect_json '[s["step"] for s in d["steps"]] == ["start-zookeeper", "plan", "stop-brokers", "restore-znodes", "seed-broker-1", "seed-broker-2", "seed-broker-3", "start-brokers", "verify"]'
expect_json 'd["topics"] == ["__consumer_offsets", "__transaction_state", "orders"] and d["topics_in_backup"] == 6'
expect_json 'abs(sum(s["seconds"] for s in d["steps"]) - d["rto_seconds"]) < 0.01 and d["rto_seconds"] > 0 and "rto_seconds_of_all_topics" not in d'
expect_json 'd["bytes"] == sum(s.get("bytes", 0) for s in d["steps"]) > 2 * 150 * 2000 and d["compared"]["batches"] > 3 and d["compared"]["partitions"] > 3'
expect_json 'len(d["not_back"]) == 1 and d["not_back"][0]["object"].startswith("partition orders-") and d["not_back"][0]["found_by"] == "seed"'
expect_series arkive_drill_exit_status 3
expect_series arkive_drill_not_back 1
expect_equal "the last whole drill" "$whole" "$(value arkive_drill_last_whole_success_timestamp_seconds)"
expect_equal "what is left in the named directory" "" "$(ls here)"
nothing_left
ok "a sample with a damaged segment: the drill goes on, and names the partition that would not come back"

expect_status 1 arkive drill --from store --kafka-home "$scratch/tmp"
expect_line "neither libs nor lib has one"
printf '#!/bin/sh\ncase "$*" in *kafka.Kafka*) echo "no such option" >&2; exit 9 ;; esac\nexec %s "$@"\n' "$(command -v java)" > java && chmod +x java
mkdir -p jdk/bin && mv java jdk/bin
expect_status 1 env JAVA_HOME="$scratch/jdk" "$arkive_program" drill --from store --kafka-home "$home" --topics orders
expect_line "no such option"
expect_line "step 'start-brokers'"
expect_equal "the last line" "status=1" "$(tail -1 out | cut -d' ' -f4)"
nothing_left
ok "brokers that do not start: at once, with the end of their log"
