#!/usr/bin/env bash
# A cluster is lost, and another one with another cluster id stands there. `arkive plan` finds it; `arkive apply` makes topics, configs,
# ACLs and quotas, replays the topics and takes the groups to where their records are. The version given is that of the other cluster.
. "$(dirname "$0")/scenario.inc"
version=${4:-3.9.1}
start --zookeeper 1 --kafka 1 --kafka-version 3.9.1 --authorizer
zk=$kafka_zookeeper
. "$scenarios/restore_plans.inc"
quietly create-topic orders --partitions 3 retention.ms=3155760000000
produce --topic orders --partitions 3 --records 120 --headers odd --keys 7 --tombstone-every 9
quietly create-topic payments
produce --topic payments --records 40 --transaction pay --transaction-records 5 --abort-every 3
quietly create-topic never --partitions 2
topics=(orders payments never)
tool acls -- --add --allow-principal User:alice --operation Read --topic orders --group billing > out 2>&1 || failed "set up: ACL"
tool configs -- --alter --entity-type clients --entity-name billing-client --add-config producer_byte_rate=1048576 > out 2>&1 || failed "set up: quota"
quietly commit --group billing orders/0=7 orders/2=40 --metadata "shelf 3"
quietly commit --group accountants payments/0=6
cat > arkive.yaml <<YAML
clusters:
  prod:
    to: $PWD/store
    zookeeper:
      connect: $zk
    kafka:
      bootstrap: $kafka
YAML
expect_status 0 arkive backup -c arkive.yaml
tell before
stop
services wipe > out 2>&1 || failed "wipe"
ok "a cluster is backed up and lost"

target_services() { local action=$1; shift; HOME=$real_home "$services_program" "$action" --directory "$scratch/target" "$@"; }
more_clean_up() { if [ -d "$scratch/target" ]; then target_services stop --grace 1s > /dev/null 2>&1; fi; }
case $version in
  4.*) servers=() ;;
  *) servers=(--zookeeper 1) ;;
esac
facts=$(target_services start "${servers[@]}" --kafka 1 --kafka-version "$version" --authorizer) || failed "another cluster comes up"
eval "$facts"
services() { target_services "$@"; }
expect_status 0 arkive plan --from store --kafka "$kafka" -o plan.json
expect_line "scenario: new cluster (C)"
expect_line "another cluster, into which topics are replayed"
expect_status 0 arkive apply plan.json --dry-run
expect_equal "topics after a dry run" "" "$(tool topics -- --list 2> err | grep -v '^__')"
expect_status 0 arkive apply plan.json --yes
expect_line "restored, and verified"
expect_line "a probe record was written, read and removed"
tell after
for topic in "${topics[@]}"; do
  python3 "$scenarios/same_records.py" "before/$topic.committed" "after/$topic.committed" > out 2>&1 || failed "the same records of $topic"
done
for file in acls quotas; do expect_same_file "$file" "before/$file" "after/$file"; done
grep -q alice after/acls && grep -q 1048576 after/quotas || failed "rights and quotas are compared"
expect_equal "where a group stands" "orders 0 7,orders 2 40" "$(paste -sd, after/offsets)"
ok "topics, rights, quotas and groups are there, with the same records"
expect_status 0 arkive apply plan.json --yes
expect_line "done before"
ok "applied again: nothing is done twice"
