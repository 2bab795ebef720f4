#!/usr/bin/env bash
# A config and an ACL go back to what history has, and brokers that run take them over at once; then a part of another tree.
. "$(dirname "$0")/scenario.inc"
start --zookeeper 1 --kafka 1 --authorizer
zk=$kafka_zookeeper
quietly() { "$@" > out 2>&1 < /dev/null || failed "set up: $*"; }
quietly tool topics -- --create --topic orders --partitions 1 --config retention.ms=604800000
quietly tool acls -- --add --allow-principal User:alice --operation Read --topic orders
quietly tool acls -- --add --allow-principal User:alice --operation Read --topic ord --resource-pattern-type prefixed
expect_status 0 arkive dump --zk "$zk" --to git:zoo.git
quietly tool configs -- --alter --entity-type topics --entity-name orders --add-config retention.ms=1000
quietly tool acls -- --add --allow-principal User:mallory --operation All --topic orders
quietly tool acls -- --remove --force --allow-principal User:alice --operation Read --topic ord --resource-pattern-type prefixed
quietly tool acls -- --add --allow-principal User:eve --operation Read --topic other
config() { tool configs -- --describe --entity-type topics --entity-name orders 2> err; }
acls() { tool acls -- --list 2> err; }

# ---- E: one config
expect_status 0 arkive plan --from git:zoo.git --zk "$zk" --kafka "$kafka" --path /config/topics/orders -o config.json
expect_line "scenario: reverted (E)"
expect_line "cannot be undone: replaces /config/topics/orders"
expect_status 0 arkive apply config.json --yes
expect_line "what is there now is kept"
has_config() { config | grep -q 'retention.ms=604800000'; }
until_true "the broker takes the config over" has_config
acls | grep -q mallory || failed "only what was named is touched"
ok "a topic's config is what it was; the running broker knows"

# ---- E: ACLs
expect_status 0 arkive plan --from git:zoo.git --zk "$zk" --kafka "$kafka" --path /kafka-acl -o acls.json
expect_line "znode /kafka-acl/Topic/other is on the target and not in the backup: it stays"
expect_status 0 arkive apply acls.json --yes
gone() { ! acls | grep -q mallory; }
until_true "the broker forgets mallory's ACL" gone
acls | grep -q eve || failed "what the backup does not have stays"
expect_status 0 arkive plan --from git:zoo.git --zk "$zk" --kafka "$kafka" --path /kafka-acl-extended -o prefixed.json
expect_status 0 arkive apply prefixed.json --yes
prefixed() { acls | grep -qi 'patternType=PREFIXED'; }
until_true "the broker takes the prefixed ACL over" prefixed
ok "ACLs are what they were; the running broker knows"
expect_status 0 arkive apply prefixed.json --yes
expect_line "done before"

# ---- F: a part of somebody else's tree
znodes "${zk%/kafka}" <<'ZNODES'
create /solr \\N
create /solr/configs \\N
create /solr/configs/books '<schema version="1"/>'
create /solr/live yes
ZNODES
expect_status 0 arkive dump --zk "${zk%/kafka}" --to git:zoo.git --cluster whole
znodes "${zk%/kafka}" <<'ZNODES'
delete /solr/configs/books
set /solr/live changed
ZNODES
expect_status 0 arkive plan --from git:zoo.git --cluster whole --zk "${zk%/kafka}" --path /solr -o solr.json
expect_line "scenario: subtree (F)"
expect_json_of() { python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); sys.exit(0 if eval(sys.argv[2]) else 1)' "$1" "$2" || { cp "$1" out; failed "wanted in $1: $2"; }; }
expect_json_of solr.json '[x["action"] for x in d["decisions"]] == ["leave"]'
expect_status 0 arkive apply solr.json
[ "$(printf 'get /solr/configs/books\n' | znodes "${zk%/kafka}")" = '<schema version="1"/>' ] || failed "the znode is back"
[ "$(printf 'get /solr/live\n' | znodes "${zk%/kafka}")" = changed ] || failed "what is there stays"
ok "a part of another tree comes back, and nothing that is there is replaced"
