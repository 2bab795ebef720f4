#!/usr/bin/env bash
# A dump in burry's format of a Kafka's tree is imported; Kafka comes back from it, once somebody says which ACL the znodes get.
. "$(dirname "$0")/scenario.inc"
producer() { "$RECORD_PRODUCER" "$@"; }
quietly() { "$@" > out 2> err < /dev/null || failed "set up: $*"; }

start --zookeeper 1 --kafka 1 --kafka-version 3.9.1
zk=$kafka_zookeeper
quietly producer create-topic orders --partitions 3 retention.ms=123456 --bootstrap "$kafka"
quietly producer produce --topic orders --partitions 3 --records 30 --bootstrap "$kafka"
znodes "${zk%%/*}" <<'ZNODES'
create /app:one 'a:b'
create /app:one/empty ''
ZNODES
quietly python3 "$scenarios/burry_dump.py" "$zookeeper" 1795854021
ok "a Kafka's tree as burry dumps it"

expect_status 3 arkive import burry 1795854021.zip --to store --to git:old.git --cluster old --json
expect_json 'd["facts"]["source"] == "burry" and d["burry"]["guessed_ephemerals"] == 2 and d["burry"]["null_or_empty"] > 10'
expect_json 'not d["whole"] and all(x["committed"] for x in d["destinations"])'
run=$(json_of 'd["run"]' < out)
expect_status 3 arkive import burry 1795854021 --to store --to git:old.git --cluster old
expect_line "no change"
expect_line "no ACL is known"
expect_status 0 arkive verify --from store
expect_status 0 arkive verify --from git:old.git
quietly git -C old.git fsck --strict
expect_status 0 arkive show --from "store@$run"
expect_line "/kafka/brokers/ids/1"
expect_line "that the dump does not hold"
expect_status 0 arkive show --from "store@$run" /app:one
expect_line "a:b"
expect_status 0 arkive show --from "git:old.git@$run" /kafka/controller
expect_line "guessed by its path"
expect_status 0 arkive log --from git:old.git
expect_line "first dump"
expect_status 1 arkive show --from store
expect_line "none of the 2 runs is whole"
ok "imported as zip and as directory: the same tree, marked where it is assumed"

# ---- hostile zips
python3 - <<'PYTHON'
import zipfile
def made(name, *entries):
    with zipfile.ZipFile(name, "w") as archive:
        for entry, mode in entries:
            info = zipfile.ZipInfo(entry)
            info.external_attr = mode << 16
            archive.writestr(info, "x")
made("out.zip", ("1/content", 0o100644), ("1/../../up/content", 0o100644))
made("link.zip", ("1/content", 0o100644), ("1/a/content", 0o120777))
PYTHON
for zip in out link; do
  expect_status 1 arkive import burry $zip.zip --to store --cluster hostile
  expect_line "nothing of it was imported"
done
[ ! -e store/runs/hostile ] || failed "a hostile zip left a run"
ok "names that lead out and links are refused"

# ---- the way back
stop
services wipe zookeeper-1 > /dev/null || failed "wipe"
start zookeeper-1
expect_status 3 arkive restore znodes --from "store@$run" --zk "${zk%%/*}"
expect_line "its ACL is not in the backup"
expect_equal "znodes of a restore without --acl" zookeeper "$(echo 'children /' | znodes "${zk%%/*}" | paste -sd,)"
expect_status 2 arkive restore znodes --from "store@$run" --zk "${zk%%/*}" --acl 'digest:a:b=:cdrwa'
expect_status 3 arkive restore znodes --from "store@$run" --zk "${zk%%/*}" --acl world:anyone:cdrwa
expect_line "ephemeral"
expect_equal "value of a znode" a:b "$(echo 'get /app:one' | znodes "${zk%%/*}")"
expect_equal "brokers in the tree" "" "$(echo 'children /kafka/brokers/ids' | znodes "${zk%%/*}")"
start kafka-1
# A broker serves before it has been told of its topics.
has_records() { records=$(producer read --topic orders --bootstrap "$kafka" 2> err | wc -l); [ "$records" != 0 ]; }
until_true "the broker gives what it had" has_records
expect_equal "records after" 30 "$records"
quietly producer produce --topic orders --partitions 3 --records 3 --bootstrap "$kafka"
ok "nothing comes back open unless --acl says so; then Kafka serves what it had"
