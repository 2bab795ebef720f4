#!/usr/bin/env bash
# One topic was deleted by mistake, another one emptied, while the cluster lives and goes on. `arkive plan` finds just those two,
# `arkive apply` replays them and takes the groups' offsets to where the records are now; all else is left as it is.
. "$(dirname "$0")/scenario.inc"
version=${4:-3.9.1}
start --zookeeper 1 --kafka 3 --kafka-version "$version" --set min.insync.replicas=1 --set default.replication.factor=3 \
  --set offsets.topic.replication.factor=3 --set transaction.state.log.replication.factor=3 --set transaction.state.log.min.isr=1
zk=$kafka_zookeeper
. "$scenarios/restore_plans.inc"

quietly create-topic deleted --partitions 3 --replicas 3 retention.ms=3155760000000
produce --topic deleted --partitions 3 --records 120 --headers odd --keys 7 --tombstone-every 9
quietly create-topic emptied --partitions 2 --replicas 3
produce --topic emptied --partitions 2 --records 60
quietly create-topic payments --replicas 3
produce --topic payments --records 40 --transaction pay --transaction-records 5 --abort-every 3
quietly create-topic alive --replicas 3
produce --topic alive --records 30
quietly create-topic never --replicas 3
quietly create-topic trimmed --replicas 3
produce --topic trimmed --records 12
quietly delete-records trimmed/0=12
topics=(deleted emptied payments alive never trimmed)
# billing has offsets in topics that are lost and in one that is not; idle only in one that is not; the name of the third is no glob.
quietly commit --group billing deleted/0=7 deleted/2=40 alive/0=10 --metadata "shelf 3"
quietly commit --group billing emptied/0=9 emptied/1=30
quietly commit --group "[a]*b" emptied/0=3
quietly commit --group idle alive/0=4
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
expect_status 0 arkive observe --kafka "$kafka"
expect_line "authoriser absent"
tell before
expect_status 0 arkive plan --from store --zk "$zk" --kafka "$kafka" -o nothing.json
expect_line "scenario: nothing"
ok "a cluster of Kafka $version, backed up; nothing is lost"

# ---- what is lost, and what goes on meanwhile
quietly delete-topic deleted
is_deleted() { ! tool topics -- --list 2> err | grep -qx deleted; }
until_true "the topic is gone" is_deleted
quietly delete-records emptied/0=30 emptied/1=30
produce --topic alive --records 5 --first-record 500
quietly commit --group billing alive/0=33
quietly commit --group idle alive/0=31
producer read --topic alive > alive.now 2> err || failed "read alive"
expect_status 0 arkive plan --from store --zk "$zk" --kafka "$kafka" -o plan.json
expect_line "scenario: topics lost (D)"
expect_line "topic deleted is not there"
expect_line "topic emptied is there and holds no records"
expect_no_line "topic alive"
expect_no_line "topic never"
expect_no_line "topic trimmed"
expect_status 0 arkive plan --from store --zk "$zk" --kafka "$kafka" --json
expect_json '[s["id"] for s in d["steps"]] == ["restore-topics", "restore-groups", "verify"]'
expect_json 'all("deleted,emptied" in s["command"] for s in d["steps"][:2])'
expect_json '{(g["group"], g["topic"]) for g in d["group_offsets"]} == {("billing", "deleted"), ("billing", "emptied"), ("[a]*b", "emptied")}'
ok "planned: just the topics that are lost, and the offsets in them"

expect_status 0 arkive apply plan.json --dry-run
is_deleted || failed "a dry run makes no topic"
expect_status 5 arkive apply plan.json
expect_line "cannot be undone: replaces what group billing has committed in topics that were emptied"
expect_status 0 arkive apply plan.json --yes
expect_line "restored, and verified"
expect_line "a probe record was written, read and removed"

# ---- the same records, and groups where they were among them
tell after
python3 "$scenarios/same_records.py" before/deleted.committed after/deleted.committed > out 2>&1 || failed "the same records in the deleted topic"
python3 "$scenarios/same_records.py" before/emptied.committed after/emptied.committed > out 2>&1 || failed "the same records in the emptied topic"
for topic in payments never trimmed; do expect_same_file "$topic" "before/$topic.all" "after/$topic.all"; done
expect_same_file "a topic that was not lost" alive.now after/alive.all
ok "the two topics have their records again, the others were left alone"

stand() {   # every group's offsets: as "group topic/partition=offset"
  tool consumer-groups -- --describe --all-groups 2> err | awk 'NF > 5 && $4 ~ /^[0-9]+$/ {print $1, $2 "/" $3 "=" $4}' | LC_ALL=C sort > stand
}
stand
# emptied began again behind its 30 records a partition, deleted at 0.
cat > wanted <<'LINES'
[a]*b emptied/0=33
billing alive/0=33
billing deleted/0=7
billing deleted/2=40
billing emptied/0=39
billing emptied/1=60
idle alive/0=31
LINES
expect_same_file "where the groups stand" wanted stand
expect_status 0 arkive archive --kafka "$kafka" --to now
python3 "$scenarios/archive_lists.py" now eval '"shelf 3" in json.dumps(index["groups"]) or exit(1)' > out 2> err || failed "the metadata of an offset is back"
ok "the groups go on at the same records, and elsewhere where they had gone on to"

expect_status 0 arkive apply plan.json --yes
expect_line "done before"
tell again
for topic in "${topics[@]}"; do expect_same_file "$topic" "after/$topic.all" "again/$topic.all"; done
expect_status 0 arkive plan --from store --zk "$zk" --kafka "$kafka" -o nothing.json
expect_line "scenario: nothing"
ok "applied again: nothing is done twice; planned again: nothing is lost"
