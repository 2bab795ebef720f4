#!/usr/bin/env bash
# A cluster in KRaft mode has no tree: its backup holds groups and topics, and every command that needs znodes says so.
. "$(dirname "$0")/scenario.inc"
producer() { "$RECORD_PRODUCER" "$@"; }
quietly() { "$@" > out 2> err < /dev/null || failed "set up: $*"; }
start --kafka 1 --kafka-version 4.1.0
quietly producer create-topic orders --partitions 2 --bootstrap "$kafka"
quietly producer produce --topic orders --partitions 2 --records 100 --bootstrap "$kafka"
quietly producer consume --group billing --topic orders --records 100 --bootstrap "$kafka"
cat > arkive.yaml <<YAML
clusters:
  events: {to: $PWD/store, kafka: {bootstrap: $kafka}}
  gone: {to: $PWD/store, kafka: {bootstrap: "127.0.0.1:1", timeout: 1s}}
YAML
expect_status 0 arkive backup -c arkive.yaml --cluster events --json --metrics metrics.prom
expect_json 'd["backups"][0]["run"]["what"] == "backup" and d["backups"][0]["run"]["whole"] and "tree" not in d["backups"][0]'
run=$(json_of 'd["backups"][0]["run"]["id"]' < out)
quietly producer produce --topic orders --partitions 2 --records 10 --bootstrap "$kafka"
expect_status 1 arkive backup -c arkive.yaml --metrics metrics.prom
expect_line "cluster gone: "
grep -q '^arkive_backup_exit_status{cluster="events"} 0$' metrics.prom || failed "metrics of events: $(cat metrics.prom)"
grep -q '^arkive_backup_exit_status{cluster="gone"} 1$' metrics.prom || failed "metrics of gone: $(cat metrics.prom)"
expect_status 0 arkive list --from store --cluster events
expect_equal "lines of the list" 3 "$(wc -l < out)"
expect_status 0 arkive show --from store --cluster events
expect_line "billing"
expect_status 0 arkive export --from store --cluster events orders -o orders.jsonl
expect_equal "records exported" 110 "$(wc -l < orders.jsonl)"
expect_status 0 arkive verify --from store
expect_line "sound: 2 runs"
expect_status 1 arkive show --from "store@$run" --cluster events /config/topics/orders
expect_line "holds topics, no znodes"
expect_status 1 arkive restore znodes --from store --cluster events --zk 127.0.0.1:1
ok "groups and topics of a cluster without ZooKeeper; one cluster that cannot be reached does not stop the other"
