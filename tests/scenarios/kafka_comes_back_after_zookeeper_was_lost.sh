#!/usr/bin/env bash
# A Kafka of the version given loses its ZooKeeper and comes back whole: Kafka's own tools describe the same before and after.
. "$(dirname "$0")/scenario.inc"
version=${4:-3.9.1}
at_least() { [ "$(printf '%s\n' "$1" "$version" | sort -V | head -1)" = "$1" ]; }   # this Kafka is of that version or later
options=(--authorizer --scram)

start --zookeeper 1 --kafka 1 --kafka-version "$version" "${options[@]}"
zk=$kafka_zookeeper
quietly() { "$@" > out 2>&1 < /dev/null || failed "set up: $*"; }
set_config() { quietly tool configs -- --alter "$@"; }

quietly tool topics -- --create --topic orders --partitions 3 --replication-factor 1 --config retention.ms=604800000 --config cleanup.policy=delete
quietly tool topics -- --create --topic payments --partitions 1 --replication-factor 1
quietly tool acls -- --add --allow-principal User:alice --deny-principal User:mallory --deny-host 10.0.0.1 --operation Read --topic orders --group billing
quietly tool acls -- --add --allow-principal User:root --operation ClusterAction --cluster
if at_least 2.0; then quietly tool acls -- --add --allow-principal User:bob --operation Write --topic pay --resource-pattern-type prefixed; fi
set_config --entity-type users --entity-name alice --add-config 'SCRAM-SHA-256=[iterations=4096,password=wonderland],SCRAM-SHA-512=[iterations=4096,password=wonderland]'
set_config --entity-type users --entity-name alice --entity-type clients --entity-name app --add-config 'producer_byte_rate=1048576,consumer_byte_rate=2097152'
set_config --entity-type clients --entity-name app --add-config 'request_percentage=150'
seq 1 30 | sed 's/^/order /' | tool console-producer -- --topic orders > out 2>&1 || failed "set up: produce"
consume() {   # NUMBER [OPTION...]: reads that many records with the group billing
  local number=$1
  shift
  tool console-consumer -- --topic orders --group billing --max-messages "$number" --timeout-ms 60000 "$@" 2> err | sort -V
}
consume 30 --from-beginning > consumed
expect_equal "records read before" 30 "$(wc -l < consumed)"

# What Kafka's own tools tell; order and moments left out.
offsets() {   # asks again while the group's coordinator has not loaded it
  local try found
  for try in 1 2 3 4 5 6; do
    found=$(tool consumer-groups -- --describe --group billing 2> "$scratch/err" |
      awk '{for (i = 1; i < NF; ++i) if ($i == "orders") print $i, $(i + 1), $(i + 2), $(i + 3)}' | sort)
    if [ -n "$found" ]; then break; fi
  done
  printf '%s\n' "$found"
}
describe() {
  tool topics -- --describe 2> /dev/null | sed 's/[[:space:]]\+/ /g' | grep Topic | sort > "$1.topics"
  tool acls -- --list 2> /dev/null | sed 's/^[[:space:]]*//; s/[[:space:]]*$//' | sort > "$1.acls"
  { tool configs -- --describe --entity-type users --entity-name alice
    tool configs -- --describe --entity-type users --entity-name alice --entity-type clients --entity-name app
    tool configs -- --describe --entity-type clients --entity-name app; } 2> /dev/null > "$1.users"
  offsets > "$1.offsets"
}
describe before
grep -q 'retention.ms=604800000' before.topics || failed "the config is described before: $(cat before.topics)"
grep -q 'SCRAM-SHA-512' before.users && grep -q 'producer_byte_rate=1048576' before.users || failed "users are described before: $(cat before.users)"
grep -q mallory before.acls && grep -qi 'cluster_\?action' before.acls || failed "ACLs are described before: $(cat before.acls)"
expect_equal "partitions with committed offsets" 3 "$(wc -l < before.offsets)"
ok "Kafka $version serves topics, configs, ACLs, SCRAM, quotas, records and a group"

expect_status 0 arkive dump --zk "$zk" --to store --to git:zoo.git
expect_status 0 arkive verify --from store
expect_status 0 arkive verify --from git:zoo.git
git -C zoo.git fsck --strict > out 2>&1 || failed "git fsck --strict"
ok "one dump into a directory and a git history, both verified"

stop
services wipe zookeeper-1 > /dev/null || failed "wipe"
start zookeeper-1
expect_status 0 arkive restore znodes --from git:zoo.git --zk "$zk" --dry-run
grep -q '^create ' out || failed "a dry run lists what would be created"
got=0
arkive restore znodes --from git:zoo.git --zk "$zk" > out 2> err || got=$?
[ "$got" = 0 ] || [ "$got" = 3 ] || failed "restore into the empty ZooKeeper: exit status $got"
if [ "$got" = 3 ]; then grep -qE '^(dropped|differs|ephemeral|blocked|masked|unreadable|redacted)' out || failed "status 3 names nothing"; fi
ok "restored into an empty ZooKeeper before the broker starts (status $got)"
expect_status "$got" arkive restore znodes --from store --zk "$zk" --dry-run
expect_no_line "differs"
if grep -q '^create ' out; then failed "the directory holds what git does not"; fi
ok "the directory's dump says that all of it is there"

start kafka-1
describe after
for what in topics acls users offsets; do
  expect_same_file "$what as Kafka's tools tell them" before.$what after.$what
  ok "the $what are the same as before"
done
printf 'order 31\norder 32\n' | tool console-producer -- --topic orders > out 2>&1 || failed "produce after"
consume 2 > consumed
expect_equal "the group goes on with" "order 31,order 32" "$(paste -sd, consumed)"
ends=$(offsets | awk '{sum += $4} END {print sum}')
expect_equal "sum of the log ends" 32 "$ends"
ok "the producer appends at the next offset, the group goes on from its committed ones"

expect_status 0 arkive dump --zk "$zk" --to store --to git:zoo.git
first=$(arkive list --from git:zoo.git --json | json_of '[r["id"] for r in (d if isinstance(d, list) else d["runs"])][0]')
last=$(arkive list --from git:zoo.git --json | json_of '[r["id"] for r in (d if isinstance(d, list) else d["runs"])][-1]')
[ "$first" != "$last" ] || failed "two runs are listed"
expect_status 0 arkive diff "$(printf '%s\n' "$first" "$last" | sort | head -1)" latest --from git:zoo.git --json
cp out difference.json
python3 - difference.json <<'PYTHON' > out || failed "the dumps before and after differ in more than minor matters"
import json, sys
def sentences(d):
    if isinstance(d, dict):
        if "minor" in d and "text" in d: yield d
        for value in d.values(): yield from sentences(value)
    elif isinstance(d, list):
        for value in d: yield from sentences(value)
d = json.load(open(sys.argv[1]))
major = [s["text"] for s in sentences(d) if not s["minor"]]
print("\n".join(major))
sys.exit(1 if major else 0)
PYTHON
ok "between the dumps before and after nothing differs but leaders and epochs"
