#!/usr/bin/env bash
# One run holds tree, groups and topics of a cluster; every command takes it as a run of either; a cluster without ZooKeeper has
# one without a tree. What the two halves tell differently is named.
. "$(dirname "$0")/scenario.inc"
producer() { "$RECORD_PRODUCER" "$@"; }
quietly() { "$@" > out 2> err < /dev/null || failed "set up: $*"; }

start --zookeeper 1 --kafka 1 --kafka-version 3.9.1
zk=$kafka_zookeeper
root=${zk#"${zk%%/*}"}  # the chroot
quietly producer create-topic orders --partitions 3 retention.ms=60480000000000 --bootstrap "$kafka"
quietly producer produce --topic orders --partitions 3 --records 300 --bootstrap "$kafka"
quietly producer consume --group billing --topic orders --records 300 --bootstrap "$kafka"
cat > arkive.yaml <<YAML
clusters:
  prod:
    to: $PWD/store
    zookeeper:
      connect: $zk
    kafka:
      bootstrap: $kafka
    tree:
      to: git:$PWD/prod.git
YAML

# ---- one run of both
expect_status 0 arkive backup -c arkive.yaml --json --metrics metrics.prom
cp out first.json
expect_json 'd["backups"][0]["run"]["what"] == "backup" and d["backups"][0]["run"]["whole"] and d["backups"][0]["compared"]'
expect_json 'not [x for x in d["backups"][0]["disagreements"] if x["kind"] == "mismatch"]'
expect_json 'd["backups"][0]["run"]["facts"]["backup"]["records_per_second"] > 0 and d["backups"][0]["run"]["facts"]["backup"]["znodes_per_second"] > 0'
expect_json 'd["backups"][0]["tree"]["destinations"][0]["committed"] and d["backups"][0]["tree"]["destinations"][1]["committed"]'
grep -q '^arkive_backup_exit_status{cluster="prod"} 0$' metrics.prom || failed "metrics: $(cat metrics.prom)"
run=$(json_of 'd["backups"][0]["run"]["id"]' < first.json)
expect_equal "manifests of one backup" 1 "$(ls store/runs/prod | wc -l)"
ok "one manifest names tree, groups and topics"

# ---- every command takes it
expect_status 0 arkive list --from store
expect_line "backup"
expect_equal "lines of the list" 2 "$(wc -l < out)"
expect_status 0 arkive show --from store
expect_line "quiet"
expect_line "billing"
expect_status 0 arkive show --from store "/config/topics/orders"
expect_line "604800000"
expect_status 0 arkive show --from "store@$run" "/config/topics/orders"
expect_status 0 arkive show --from "store@$run" orders
expect_status 0 arkive export --from "store@$run" orders -o orders.jsonl
expect_equal "records exported" 300 "$(wc -l < orders.jsonl)"
expect_status 0 arkive verify --from store
expect_line "sound: 1 run"
expect_status 0 arkive verify --from "store@$run"
expect_status 0 arkive verify --from git:prod.git
ok "list, show, export and verify take it as a run of either half"

# ---- what changed
quietly producer create-topic payments --bootstrap "$kafka"
quietly producer produce --topic payments --records 50 --bootstrap "$kafka"
quietly tool configs -- --alter --entity-type topics --entity-name orders --add-config retention.ms=1000000000000000
quietly producer delete-records orders/0=10 --bootstrap "$kafka"
quietly producer commit --group lost orders/0=3 --bootstrap "$kafka"
expect_status 0 arkive backup -c arkive.yaml
cp out second.txt
expect_line "topic payments created"
expect_line "the tree and the brokers tell the same of every topic"
expect_status 0 arkive log --from git:prod.git
expect_line "payments"
expect_status 0 arkive log --from store
expect_line "payments"
expect_status 0 arkive list --from store --json
expect_json 'len(d) == 2 and all(r["what"] == "backup" for r in d)'
expect_status 0 arkive verify --from store
expect_line "sound: 2 runs"
ok "the second one tells what changed, and fetches what is new"

# ---- the tree says another topic id than the brokers
orders=$(echo "get $root/brokers/topics/orders" | znodes "${zk%%/*}")
other=$(printf %s "$orders" | sed 's/"topic_id":"[^"]*"/"topic_id":"AAAAAAAAAAAAAAAAAAAAAQ"/')
[ "$orders" != "$other" ] || failed "a topic id is replaced in: $orders"
echo "set $root/brokers/topics/orders '$other'" | znodes "${zk%%/*}"
expect_status 3 arkive backup -c arkive.yaml
expect_line "not whole: topic orders: mismatch: the tree says topic id AAAAAAAAAAAAAAAAAAAAAQ, the brokers "
expect_status 0 arkive list --from store --json
expect_json 'not d[-1]["whole"] and d[-1]["missing"][0]["object"] == "topic orders"'
echo "set $root/brokers/topics/orders '$orders'" | znodes "${zk%%/*}"
expect_status 0 arkive backup -c arkive.yaml
ok "what the two halves tell differently is named, and the run is not whole"

# ---- a chroot that is not there, a key that is none
sed "s|connect: .*|connect: $zk/nowhere|" arkive.yaml > wrong.yaml
before=$(ls store/runs/prod | wc -l)
expect_status 1 arkive backup -c wrong.yaml
expect_equal "runs after one that failed" "$before" "$(ls store/runs/prod | wc -l)"
sed "s|  tree:|  trea:|" arkive.yaml > wrong.yaml
expect_status 2 arkive backup -c wrong.yaml
expect_line "wrong.yaml': line 8, column 5: no key 'trea' in cluster 'prod'"
expect_line "did you mean tree?"
ok "what cannot be is refused with its place in the file"

# ---- a prune, an archive and a dump in between
expect_status 0 arkive prune --from store --cluster prod --keep 1
expect_status 0 arkive verify --from store
expect_line "sound: 1 run"
expect_status 0 arkive archive --kafka "$kafka" --to store --cluster prod --json
expect_json 'd["partitions_changed"] <= 1'
expect_status 0 arkive dump --zk "$zk" --to store --cluster prod
expect_status 0 arkive backup -c arkive.yaml
ok "archive, dump and backup go on from each other's runs"

# ---- a retention in the file
sed 's/^    kafka:$/    retention:\n      keep: 1\n    kafka:/' arkive.yaml > keeping.yaml
expect_status 0 arkive backup -c keeping.yaml --json
expect_json 'len(d["backups"][0]["pruned"]) == 2 and [x["reasons"] for x in d["backups"][0]["pruned"][0]["kept"]] == [["newest whole", "last 1"]]'
expect_json 'len(d["backups"][0]["pruned"][1]["removed"]) > 1'
expect_equal "runs after a backup with a retention" 1 "$(ls store/runs/prod | wc -l)"
expect_status 0 arkive verify --from store
expect_status 0 arkive verify --from "git:$PWD/prod.git"
expect_status 0 arkive backup -c keeping.yaml
expect_line "retention in"
expect_line "removed 1 run"
ok "a backup prunes by the rules of its file"

# ---- ZooKeeper is lost and comes back from the backup
stop
services wipe zookeeper-1 > /dev/null || failed "wipe"
start zookeeper-1
got=0
arkive restore znodes --from store --zk "$zk" > out 2> err || got=$?
[ "$got" = 0 ] || [ "$got" = 3 ] || failed "restore from the backup: exit status $got"
start kafka-1
printf 'one more\n' | tool console-producer -- --topic orders > out 2>&1 || failed "produce after"
expect_status 0 arkive backup -c arkive.yaml --json
expect_json 'not [x for x in d["backups"][0]["disagreements"] if x["kind"] == "mismatch"]'
expect_status 0 arkive verify --from store
ok "znodes restored from a backup: the broker serves, and the next backup goes on"
