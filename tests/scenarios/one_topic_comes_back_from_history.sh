#!/usr/bin/env bash
# One topic's config, and one ACL, come back from an older run of the history; what they replace is dumped first.
. "$(dirname "$0")/scenario.inc"
start --zookeeper 1 --kafka 1 --authorizer
zk=$kafka_zookeeper
tool topics -- --create --topic orders --partitions 1 --config retention.ms=604800000 > out 2>&1 || failed "set up"
tool acls -- --add --allow-principal User:alice --operation Read --topic orders > out 2>&1 || failed "set up"
expect_status 0 arkive dump --zk "$zk" --to git:zoo.git --to store
tool configs -- --alter --entity-type topics --entity-name orders --add-config retention.ms=-1 > out 2>&1 || failed "set up"
tool acls -- --add --allow-principal User:mallory --operation All --topic orders > out 2>&1 || failed "set up"
expect_status 0 arkive dump --zk "$zk" --to git:zoo.git --to store
id_of() { arkive list --from "$1" --cluster main --json | json_of "sorted(r[\"id\"] for r in d)[$2]"; }
get() { printf 'get %s\n' "$1" | znodes "$zk_root"; }
zk_root=${zk%/kafka}
old=$(id_of git:zoo.git 0)

expect_status 0 arkive log --from git:zoo.git /config/topics/orders
expect_line "orders: retention.ms 604800000 -> -1"
expect_status 0 arkive log --from git:zoo.git /kafka-acl
expect_line "User:mallory may"
ok "log tells what changed, and when"

expect_status 3 arkive restore znodes --from "git:zoo.git@$old" --zk "$zk" --path /config/topics/orders
expect_line "differs (kept)"
[[ $(get /kafka/config/topics/orders) == *'"-1"'* ]] || failed "without --overwrite it stays"
ok "without --overwrite nothing is overwritten, status 3"

expect_status 0 arkive restore znodes --from "git:zoo.git@$old" --zk "$zk" --path /config/topics/orders --overwrite /config/topics/orders --dry-run
[[ $(get /kafka/config/topics/orders) == *'"-1"'* ]] || failed "a dry run changes nothing"
expect_status 0 arkive restore znodes --from "git:zoo.git@$old" --zk "$zk" --path /config/topics/orders --overwrite /config/topics/orders
expect_line "what is there now is kept: run "
expect_line "1 overwritten"
[[ $(get /kafka/config/topics/orders) == *604800000* ]] || failed "the old config is there: $(get /kafka/config/topics/orders)"
[[ $(get /kafka/kafka-acl/Topic/orders) == *mallory* ]] || failed "only the path named is touched"
expect_status 0 arkive list --from git:zoo.git --cluster main-before-restore --json
expect_json 'len(d) == 1 and d[0]["whole"]'
expect_status 0 arkive show --from git:zoo.git --cluster main-before-restore /config/topics/orders
expect_line '"-1"'
ok "the topic's config is back by @ID, what was there is dumped beside it"

# By a time between the two runs, from the directory.
between=$(arkive list --from store --cluster main --json |
  json_of '(__import__("datetime").datetime.strptime(sorted(r["id"] for r in d)[0][:15], "%Y%m%dT%H%M%S") + __import__("datetime").timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")')
expect_status 0 arkive restore znodes --from "store@$between" --cluster main --zk "$zk" --path /kafka-acl/Topic/orders --overwrite '/kafka-acl/**'
got=$(get /kafka/kafka-acl/Topic/orders)
[[ $got == *alice* && $got != *mallory* ]] || failed "the old ACL is there: $got"
expect_status 0 arkive show --from store --cluster main-before-restore /kafka-acl/Topic/orders
expect_line mallory
ok "the ACL is back by @TIME ($between)"

expect_status 0 arkive restore znodes --from "store@$between" --cluster main --zk "$zk" --path /kafka-acl/Topic/orders --overwrite '/kafka-acl/**'
expect_line "1 same"
expect_no_line "what is there now is kept"
ok "again: all is the same, nothing is dumped"
expect_status 1 arkive restore znodes --from "store@2001-01-01" --cluster main --zk "$zk" --path /kafka-acl
ok "a time before the first run is refused"

# Kafka hears of changes by notices, which a restore of one znode does not write: a broker that starts reads the znodes.
stop kafka-1; start kafka-1
tool configs -- --describe --entity-type topics --entity-name orders > out 2>&1
expect_line retention.ms=604800000
tool acls -- --list > out 2>&1
expect_line alice
expect_no_line mallory
ok "the broker started again shows the old config and the old ACL"
