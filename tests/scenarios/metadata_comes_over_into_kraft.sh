#!/usr/bin/env bash
# Topics, configs, ACLs and quotas of a cluster with ZooKeeper come over into another cluster: 4.1.0 without ZooKeeper, or an older one with it.
. "$(dirname "$0")/scenario.inc"
version=${4:-4.1.0}
other() { local action=$1; shift; HOME=$real_home "$services_program" "$action" --directory "$scratch/target" "$@"; }
more_clean_up() { if [ -d "$scratch/target" ]; then other stop --grace 1s > /dev/null 2>&1; fi; }
quietly() { "$@" > out 2>&1 || failed "set up: $*"; }

start --zookeeper 1 --kafka 1 --kafka-version 3.9.1 --authorizer
zk=$kafka_zookeeper
make() { quietly tool "$@"; }
make topics -- --create --topic orders --partitions 4 --replication-factor 1 --config retention.ms=-1 --config cleanup.policy=compact,delete
make topics -- --create --topic old --partitions 1 --replication-factor 1 --config message.format.version=2.8-IV1 --config segment.bytes=1048576
make topics -- --create --topic plain --partitions 2 --replication-factor 1
make acls -- --add --allow-principal User:alice --deny-principal User:mallory --deny-host 10.0.0.1 --operation Read --operation Describe --topic orders --group billing
make acls -- --add --allow-principal 'User:CN=bob,O=shop' --operation Write --topic pay --transactional-id tx --resource-pattern-type prefixed
make acls -- --add --allow-principal User:root --operation ClusterAction --operation IdempotentWrite --cluster
if [ "$version" != 2.8.2 ]; then make acls -- --add --allow-principal User:alice --operation DescribeTokens --user-principal User:bob; fi
make acls -- --add --allow-principal User:alice --operation Describe --delegation-token User:alice
set_config() { make configs -- --alter "$@"; }
set_config --entity-type users --entity-name alice --add-config producer_byte_rate=1024
set_config --entity-type users --entity-name alice --add-config 'SCRAM-SHA-256=[iterations=8192,password=secret]'
set_config --entity-type users --entity-name 'a/b c' --entity-type clients --entity-name app --add-config consumer_byte_rate=2048
set_config --entity-type users --entity-default --add-config request_percentage=50.5
set_config --entity-type clients --entity-name app --add-config consumer_byte_rate=4096
set_config --entity-type ips --entity-name 10.1.2.3 --add-config connection_creation_rate=5
set_config --entity-type brokers --entity-default --add-config log.cleaner.threads=2
set_config --entity-type brokers --entity-name 1 --add-config log.retention.ms=86400000
expect_status 0 arkive dump --zk "$zk" --to git:zoo.git --quiet
described() {   # RUN... FILE: what Kafka's own tools tell of a cluster, put in order
  local run=$1 file=$2
  $run tool acls -- --list 2> /dev/null | sed 's/^[[:space:]]*//; s/[[:space:]]*$//' | grep -v '^$' | sort > "$file.acls"
  $run tool topics -- --describe --topic 'orders|plain' 2> /dev/null | grep -o 'Topic: .*PartitionCount: [0-9]*\|Partition: [0-9]*[[:space:]]*Leader: [0-9]*\|retention.ms=[-0-9]*\|cleanup.policy=[a-z,]*' \
    | sed 's/TopicId: [^ ]*//; s/Leader: .*//' | tr -s ' \t' ' ' | grep -v '=.*segment' | sort > "$file.topics"
  { for kind in users clients ips; do $run tool configs -- --describe --entity-type "$kind"; done
    $run tool configs -- --describe --entity-type users --entity-type clients; } 2> /dev/null | grep '^Quota' | sort > "$file.quotas"
}
described services source
[ -s source.acls ] && [ -s source.topics ] && [ -s source.quotas ] || failed "Kafka's tools told nothing of the source"
stop

with=()
if [ "$version" != 4.1.0 ]; then with=(--zookeeper 1); fi
facts=$(other start "${with[@]}" --kafka 1 --kafka-version "$version" --authorizer) || failed "the target does not come up"
eval "$facts"
restore=(arkive restore metadata --from git:zoo.git --kafka "$kafka")

expect_status 3 "${restore[@]}" --dry-run
expect_line 'create            topic/orders: 4 partitions, replication factor 1, cleanup.policy=compact,delete, retention.ms=-1'
expect_line 'create            acl/Topic/literal/orders: Deny User:mallory Read from 10.0.0.1'
expect_line 'create            quota/user/a/b c/client-id/app: consumer_byte_rate=2048'
expect_line 'create            quota/user/<default>: request_percentage=50.5'
expect_line 'create            broker/<default>/log.cleaner.threads: 2'
expect_line "cannot come over  user/alice/SCRAM-SHA-256"
expect_line "--add-config 'SCRAM-SHA-256=[iterations=8192,password=...]'"
if [ "$version" = 4.1.0 ]; then expect_line 'cannot come over  topic/old/message.format.version'; fi
first=$(grep -n 'Allow ' out | head -1 | cut -d: -f1); last=$(grep -n 'Deny ' out | tail -1 | cut -d: -f1)
[ "$last" -lt "$first" ] || failed "rules that deny come before those that allow"
other tool topics -- --list 2> /dev/null | grep -q orders && failed "a dry run changes nothing"
ok "the plan tells item by item"

expect_status 3 "${restore[@]}"
expect_line 'all read back'
expect_no_line 'failed:'
described other target
for what in acls topics quotas; do expect_same_file "$what as Kafka's own tools tell them" "source.$what" "target.$what"; done
ok "Kafka's own tools tell the same of both"

expect_status 3 "${restore[@]}" --json
expect_json 'd["report"]["created"] == 0 and d["report"]["overwritten"] == 0 and set(d["plan"]["counts"]) <= {"same", "cannot come over", "left out"}'
ok "a second restore changes nothing"

other tool configs -- --alter --entity-type topics --entity-name orders --add-config retention.ms=5 > /dev/null 2>&1
expect_status 3 "${restore[@]}" --only topics
expect_line 'differs (kept)    topic/orders'
expect_line 'retention.ms is 5, in the dump -1'
expect_status 0 "${restore[@]}" --only topics --topics orders --overwrite topic/orders
expect_line '1 overwritten'
expect_status 0 "${restore[@]}" --only topics --topics orders --json
expect_json 'd["plan"]["counts"] == {"same": 1}'
ok "what differs is kept unless it is named"
