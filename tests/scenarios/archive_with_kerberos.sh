#!/usr/bin/env bash
# A cluster that wants Kerberos is archived by librdkafka, run after run, and holds the same committed records as an archive
# that arkive's own client made of it.
. "$(dirname "$0")/scenario.inc"
. "$scenarios/kerberos.inc"

# ---- a realm, and a broker in it
start_kdc
add_principal kafka/127.0.0.1 "$scratch/kerberos/broker.keytab"
add_principal backup "$scratch/kerberos/backup.keytab"
add_principal stranger "$scratch/kerberos/stranger.keytab"
start --zookeeper 1 --kafka 1 --kafka-version 3.9.1 --set log.cleaner.backoff.ms=200 --kerberos-keytab "$scratch/kerberos/broker.keytab" --kerberos-config "$KRB5_CONFIG"
producer() { "$RECORD_PRODUCER" "$@" --bootstrap "$kafka" > out 2> err < /dev/null || failed "record_producer $*"; }
properties() {   # FILE JAAS_OPTIONS
  cat > "$1" << END
security.protocol=SASL_PLAINTEXT
sasl.mechanism=GSSAPI
sasl.kerberos.service.name=kafka
sasl.jaas.config=com.sun.security.auth.module.Krb5LoginModule required $2;
END
}
properties keytab.properties "useKeyTab=true storeKey=true keyTab=\"$scratch/kerberos/backup.keytab\" principal=\"backup@$realm\""
properties tickets.properties "useTicketCache=true"
archive() {   # STATUS OPTION...: its report stands in ./out
  local status=$1
  shift
  expect_status "$status" arkive archive --kafka "$kafka_kerberos" --command-config keytab.properties --to store --json "$@"
}
by_wire() { expect_status "$1" arkive archive --kafka "$kafka" --to wire --json; }
lists() { python3 "$scenarios/archive_lists.py" store "$@" > out 2>&1 || failed "the archive's lists: $*"; }
same_records() {   # TOPIC...: both archives give the same ones
  local topic
  for topic in "$@"; do
    expect_status 0 arkive export --from store "$topic" -o "$scratch/by-librdkafka"
    expect_status 0 arkive export --from wire "$topic" -o "$scratch/by-wire"
    [ -s by-wire ] || failed "$topic holds records"
    expect_same_file "the records of $topic in both archives" by-wire by-librdkafka
    rm by-wire by-librdkafka
  done
}

producer create-topic orders --partitions 3
for codec in none gzip snappy lz4 zstd; do
  producer produce --topic orders --partitions 3 --records 60 --codec $codec --keys 7 --tombstone-every 9 --headers odd --value text
  producer produce --topic orders --partitions 3 --records 60 --codec $codec --value random --batch-records 7
done
producer create-topic payments
producer produce --topic payments --records 60 --transaction pay --transaction-records 5 --abort-every 3
producer create-topic stamped message.timestamp.type=LogAppendTime
producer produce --topic stamped --records 30 --batch-records 10
producer create-topic state cleanup.policy=compact segment.bytes=20000 min.cleanable.dirty.ratio=0.01
producer produce --topic state --records 1500 --keys 20 --batch-records 50 --quiet
producer commit --group readers orders/0=7 --metadata "shelf 3"
ok "a broker whose listener takes nothing but Kerberos"

# ---- the first run
archive 0
expect_line "librdkafka reads the topics"
expect_json 'd["run"]["whole"] and d["topics"] >= 4'
lists eval 'index["source"] == "librdkafka" and index["cluster_id"] != ""'
lists eval 'by_name["payments"][0]["partitions"][0]["next_offset"] == 72'
lists eval '[(g["name"], g["offsets"][0]["offset"], g["offsets"][0]["metadata"]) for g in index["groups"]] == [("readers", 7, "shelf 3")]'
lists eval 'by_name["payments"][0]["partitions"][0]["gaps"][-1]["cause"] == "not a committed record"'
test -d store/topics/main/orders@none || failed "topics have no ids"
ok "with a keytab, arkive takes librdkafka by itself and archives all"

kinit -k -t kerberos/backup.keytab backup || failed "kinit"
expect_status 0 arkive archive --kafka "$kafka_kerberos" --command-config tickets.properties --to store --json --topics 'orders,payments,stamped'
expect_json 'd["partitions_changed"] == 0 and d["bytes_fetched"] == 0'
ok "with tickets somebody else fetched, and nothing new"

# ---- more, and a transaction that stays open
producer produce --topic orders --partitions 3 --records 300 --first-record 5000 --value json
producer produce --topic payments --records 10 --transaction pay --transaction-records 5
producer produce --topic payments --records 4 --transaction left --last open --transaction-timeout 300s
producer produce --topic payments --records 3
archive 3 --transaction-wait 1s
expect_line "a transaction is open since offset 84"
lists eval 'by_name["payments"][0]["partitions"][0]["next_offset"] == 84'
producer produce --topic payments --records 2 --transaction left
archive 0
lists eval 'len(by_name["orders"][0]["partitions"][0]["segments"]) == 2'
lists eval 'all(p["generation"] == 0 for ts in by_name.values() for t in ts for p in t["partitions"] if not t["topic"].startswith("__"))'
archive 0
ok "run after run, an open transaction named and then passed"

by_wire 0
same_records orders payments stamped
expect_status 0 arkive verify --from store
ok "the records are those of an archive that arkive's own client made; verify finds nothing"

lists paths
tool dump-log -- --deep-iteration --files "$(grep -v '/__' out | sed "s|^|$scratch/|" | paste -sd,)" > dump 2> err || failed "dump-log"
grep -q 'isvalid: true' dump || failed "dump-log reads batches"
if grep -nE 'isvalid: false|Found invalid|Mismatches in|Could not|Exception' dump err > out; then failed "dump-log finds nothing wrong"; fi
ok "kafka-dump-log reads the segments"

# ---- back into the cluster, by librdkafka too
restore() {   # STATUS WHAT OPTION...
  local status=$1
  shift
  expect_status "$status" arkive restore "$@" --from store --kafka "$kafka_kerberos" --command-config keytab.properties --json
}
restore 0 topics --topics 'orders,payments' --rename '*=back-*' --journal journal --replication-factor 1
expect_json 'd["complete"] and [t["records"] > 0 for t in d["topics"]] == [True, True]'
restore 0 topics --topics 'orders,payments' --rename '*=back-*' --journal journal --replication-factor 1
expect_json 'd["was_finished"] and d["bytes"] == 0'
expect_status 0 arkive archive --kafka "$kafka" --to again --topics 'back-*' --json
for topic in orders payments; do
  expect_status 0 arkive export --from store "$topic" -o "$scratch/wanted"
  expect_status 0 arkive export --from again "back-$topic" -o "$scratch/got"
  python3 "$scenarios/same_records.py" wanted got > out 2>&1 || failed "the records of back-$topic are those of $topic"
  rm wanted got
done
restore 0 groups --journal journal
expect_json 'd["report"]["groups"] == 1'
ok "replayed through librdkafka: the same records; and the group, to where its next record is now"

# ---- a topic made anew, and larger than it was
"$RECORD_PRODUCER" delete-topic stamped --bootstrap "$kafka" > out 2> err || failed "delete-topic stamped"
until "$RECORD_PRODUCER" create-topic stamped --bootstrap "$kafka" > out 2> err; do grep -q 'marked for deletion\|already exists' err || failed "stamped is made anew"; done
producer produce --topic stamped --records 50 --first-record 7000
archive 0
lists eval '[(p["generation"], p["next_offset"], len(p["segments"])) for p in by_name["stamped"][0]["partitions"]] == [(1, 50, 2)]'
ok "a topic made anew begins a new generation, for its last archived records are others now"

# ---- what is refused
expect_status 2 arkive archive --kafka "$kafka" --to store
expect_line "the store's last run was made by librdkafka"
expect_status 2 arkive archive --kafka "$kafka_kerberos" --command-config keytab.properties --reader wire --to other
expect_line "does not speak GSSAPI"
expect_status 2 arkive verify --from store --against-cluster --kafka "$kafka"
expect_line "its batches are not the cluster's own"
kadmin.local -r $realm delprinc -force stranger > out 2> err || failed "the stranger is removed"
properties stranger.properties "useKeyTab=true keyTab=\"$scratch/kerberos/stranger.keytab\" principal=\"stranger@$realm\""
kdestroy
expect_status 1 arkive archive --kafka "$kafka_kerberos" --command-config stranger.properties --to other --timeout 20s
expect_line "GSSAPI Error"
expect_line "klist"
ok "who has no tickets is told so"
