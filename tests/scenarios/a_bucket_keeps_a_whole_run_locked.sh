#!/usr/bin/env bash
# Object Lock on a real MinIO: a second run shares what the first one wrote, whose locks end earlier. `prune --extend-retention` locks all that runs
# need for as long as the newest object; a dry run tells what the store will not let go; and without the rights nothing is said to be extended that is not.
. "$(dirname "$0")/scenario.inc"
. "$(dirname "$0")/bucket_rights.inc"
producer() { "$RECORD_PRODUCER" "$@" > out 2> err < /dev/null || failed "record_producer $*"; }
start --zookeeper 1 --kafka 1 --kafka-version 3.9.1 --minio --bucket backups
zk=$kafka_zookeeper
export AWS_ENDPOINT_URL_S3=$minio ARKIVE_S3_LEASE=3s
owner
make_locked_bucket locked
store=s3://locked/zoo
locks() {   # a line for each object that is no lock of arkive's own: its key, and until when it is locked
  signed_curl "$minio/locked?list-type=2&prefix=zoo%2F" > listed.xml || failed "list the bucket"
  grep -o '<Key>[^<]*</Key>' listed.xml | sed 's/<[^>]*>//g' | grep -v -e '^zoo/locks/' -e '^zoo/prunes/' | while read -r key; do
    printf '%s %s\n' "$key" "$(signed_curl -I "$minio/locked/${key/@/%40}" | tr -d '\r' | sed -n 's/^x-amz-object-lock-retain-until-date: //Ip')"
  done
}
locked_for_less_than() {   # MINUTES FILE: how many of those objects
  python3 -c 'import datetime, sys
end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=int(sys.argv[1]))
lines = [line.split() for line in open(sys.argv[2])]
print(sum(len(line) < 2 or datetime.datetime.fromisoformat(line[1].replace("Z", "+00:00")[:19] + "+00:00") < end for line in lines))' "$1" "$2"
}

# ---- two runs that share a tree and segments
producer create-topic orders --partitions 1 --bootstrap "$kafka"
export ARKIVE_S3_RETENTION="governance 1h"
for _ in 1 2; do
  producer produce --topic orders --partitions 1 --records 2000 --size 100 --value random --bootstrap "$kafka"
  expect_status 0 arkive dump --zk "$zk" --to $store --cluster prod
  expect_status 0 arkive archive --kafka "$kafka" --to $store --cluster prod
done
locks > before
all=$(wc -l < before)
[ "$all" -gt 10 ] || failed "there are objects"
expect_equal "objects locked for an hour" 0 "$(locked_for_less_than 45 before)"
expect_equal "objects locked for longer" "$all" "$(locked_for_less_than 90 before)"

# ---- what a removal would meet is told before
expect_status 3 arkive prune --from $store --keep 1 --dry-run --json
expect_json 'len(d["refused"]) == 2 and all("its retention lasts until" in one["what"] for one in d["refused"])'
expect_json 'd["removed"] == [] and d["bytes_freed"] == 0 and d["kept_bytes"] > 0'
cp out told
expect_status 3 arkive prune --from $store --keep 1 --dry-run
expect_line "would stay: the store keeps it"
expect_line "would not go free"
expect_status 3 arkive prune --from $store --keep 1 --json
expect_json 'd == {**json.load(open("told")), "dry_run": False}'
ok "a dry run tells what the store keeps, and the prune then says the same"

# ---- longer locks for all of it
locks > before  # with the record of that prune
all=$(wc -l < before)
export ARKIVE_S3_RETENTION="governance 2h"
expect_status 0 arkive prune --from $store --extend-retention --dry-run --json
expect_json "d['extended']['objects'] == $all and d['extended']['long_enough'] == 0"
locks > after
expect_same_file "what a dry run leaves" before after
expect_status 0 arkive prune --from $store --extend-retention --json
expect_json "d['extended']['objects'] == $all and d['extended']['failed'] == [] and d['removed'] == []"
locks > after
expect_equal "objects" "$all" "$(wc -l < after)"
expect_equal "objects that are not locked for two hours" 0 "$(locked_for_less_than 105 after)"
expect_status 0 arkive verify --from $store
expect_line sound
export ARKIVE_S3_RETENTION="governance 1h"
expect_status 0 arkive prune --from $store --extend-retention
expect_line "extended the retention of 0 objects"
locks > again
expect_same_file "locks that were longer" after again
ok "all that runs need is locked for as long as the newest, and never for less than it was"

# ---- the rights
export ARKIVE_S3_RETENTION="governance 3h"
policy write > write.json
python3 - << 'END'
import json
policy = json.loads(open("write.json").read().replace("backups", "locked"))
for name, more in [("blind", []), ("seeing", ["s3:GetObjectRetention"]), ("extending", ["s3:GetObjectRetention", "s3:PutObjectRetention"])]:
    mine = json.loads(json.dumps(policy))
    mine["Statement"][1]["Action"] += more
    json.dump(mine, open(name + ".json", "w"))
END
credentials_for blind.json
expect_status 3 arkive prune --from $store --extend-retention
expect_line "extended the retention of 0 objects"
expect_line "not extended: arkive.json"
credentials_for seeing.json
expect_status 3 arkive prune --from $store --extend-retention --json
expect_json "d['extended']['objects'] == 0 and len(d['extended']['failed']) == $all and all('AccessDenied' in one['what'] for one in d['extended']['failed'])"
owner
locks > again
expect_same_file "what was not extended" after again
credentials_for extending.json
expect_status 0 arkive prune --from $store --extend-retention
owner
locks > again
expect_equal "objects that are not locked for three hours" 0 "$(locked_for_less_than 165 again)"
ok "without the rights nothing is extended and all is named; with those of the page it is"

# ---- behind every backup
cat > arkive.yaml << YAML
clusters:
  prod: {to: $store, zookeeper: {connect: "$zk"}, kafka: {bootstrap: "$kafka"}, retention: {extend: yes}}
YAML
export ARKIVE_S3_RETENTION="governance 4h"
expect_status 0 arkive backup -c arkive.yaml --json
expect_json 'd["backups"][0]["pruned"][0]["extended"]["objects"] > 10 and d["backups"][0]["pruned"][0]["extended"]["failed"] == [] and d["backups"][0]["pruned"][0]["removed"] == []'
locks > again
expect_equal "objects that are not locked for four hours" 0 "$(locked_for_less_than 225 again)"
ok "a backup locks what stays by itself"

# ---- a bucket that cannot
unset ARKIVE_S3_RETENTION
expect_status 2 arkive prune --from $store --extend-retention
expect_line ARKIVE_S3_RETENTION
expect_status 0 arkive dump --zk "$zk" --to s3://backups/zoo --cluster prod
expect_status 2 arkive backup -c arkive.yaml   # before anything is archived
expect_line ARKIVE_S3_RETENTION
expect_equal "objects after a backup that is refused" "$(wc -l < again)" "$(locks | wc -l)"
ARKIVE_S3_RETENTION="governance 1h" expect_status 2 arkive prune --from s3://backups/zoo --extend-retention
expect_line "knows no Object Lock"
expect_status 0 arkive verify --from s3://backups/zoo
ok "a store that cannot keep anything says so"
