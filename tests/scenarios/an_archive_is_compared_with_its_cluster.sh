#!/usr/bin/env bash
# verify --against-cluster: an archive beside the live cluster: equal, behind, damaged, topics made anew and deleted, another cluster.
. "$(dirname "$0")/scenario.inc"
start --kafka 1 --zookeeper 1
producer() { "$RECORD_PRODUCER" "$@" --bootstrap "$kafka"; }
quietly() { producer "$@" > out 2> err < /dev/null || failed "record_producer $*"; }
archive() { expect_status 0 arkive archive --kafka "$kafka" --to store --cluster prod --quiet; }
compare() {   # STATUS OPTION...
  local status=$1
  shift
  expect_status "$status" arkive verify --from store --cluster prod --against-cluster --kafka "$kafka" "$@"
}

quietly create-topic orders --partitions 3
quietly produce --topic orders --partitions 3 --records 90 --batch-records 5 --codec lz4
quietly create-topic payments
quietly produce --topic payments --records 40 --transaction pay --transaction-records 5 --abort-every 3
quietly create-topic state cleanup.policy=compact segment.ms=300000
quietly produce --topic state --records 60 --keys 4
quietly create-topic doomed
quietly produce --topic doomed --records 10
quietly create-topic trimmed
quietly produce --topic trimmed --records 20 --batch-records 5
quietly consume --group readers --topic orders --records 20
archive
compare 0
expect_line "sound: 1 run"
expect_line "equal: run "
compare 0 --json --sample 50 --seed 7
expect_json 'd["sound"] and d["against_cluster"]["equal"] and d["against_cluster"]["seed"] == 7'
expect_json 'd["against_cluster"]["archived_cluster_id"] == d["against_cluster"]["cluster_id"] != ""'
expect_json 'd["against_cluster"]["topics_newer"] == [] and d["against_cluster"]["offsets_behind"] == 0 and d["against_cluster"]["lost"] == []'
expect_json 'd["against_cluster"]["batches_equal"] >= 30 and d["against_cluster"]["segment_records"] == d["against_cluster"]["segment_offsets"]'
ok "an archive is equal to the cluster it was just made of"

quietly produce --topic orders --partitions 3 --records 9 --first-record 90
quietly create-topic newer
compare 0 --json
expect_json 'd["against_cluster"]["equal"] and d["against_cluster"]["offsets_behind"] == 9 and d["against_cluster"]["topics_newer"] == ["newer"]'
compare 0
expect_line "not archived yet: 9 offsets in"
ok "what the cluster has beyond the archive is counted and is no fault"

quietly produce --topic trimmed --records 20 --first-record 20 --batch-records 5
quietly delete-records trimmed/0=30
compare 3
expect_line "lost: trimmed-0@20: offsets 20 to 29 were removed from the cluster before they were archived"
archive
compare 0
ok "offsets that were deleted before they were archived are named, with status 3, until the next run"

segment=$(echo store/topics/prod/orders@*/0/g0/00000000000000000000.log)
cp "$segment" sound.log
chmod u+w "$segment"
printf '\377' | dd of="$segment" bs=1 seek=14 conv=notrunc 2> err
compare 4 --level presence --sample 1000
expect_line "differs: orders-0@0: the batch with offsets 0 to "
expect_line "differs from byte 14 on"
expect_line "sound: "
cp sound.log "$segment"
compare 0 --level presence --sample 1000
ok "a byte that is in no checksum and differs from the broker's is named with its offset"

quietly delete-topic doomed
quietly delete-topic payments
until producer create-topic payments > out 2> err; do grep -q 'marked for deletion\|already exists' err || failed "payments is made anew"; done
quietly produce --topic payments --records 60
compare 0 --json
expect_json 'd["against_cluster"]["topics_gone"] == ["doomed"] and d["against_cluster"]["equal"]'
expect_json 'd["against_cluster"]["topics_newer"] == ["payments"] and [t[:9] for t in d["against_cluster"]["topics_made_anew"]] == ["payments@"]'
archive
compare 0 --json
expect_json 'd["against_cluster"]["topics_newer"] == [] and len(d["against_cluster"]["topics_made_anew"]) == 1'
ok "topics that were deleted or made anew are told apart by their ids"

stop
expect_status 1 arkive verify --from store --cluster prod --against-cluster --kafka "$kafka" --timeout 2s
expect_status 2 arkive verify --from store --cluster prod --against-cluster
expect_line "--against-cluster requires --kafka"
rm -rf servers
start --kafka 1 --zookeeper 1
compare 4 --level presence
expect_line "differs: cluster prod: the brokers belong to cluster id "
expect_line "no longer on the cluster: "
ok "another cluster is refused by its id; one that is away is an error"
