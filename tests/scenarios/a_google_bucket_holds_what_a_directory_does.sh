#!/usr/bin/env bash
# Trees and topics of real servers go into buckets of Google Cloud Storage, plain and encrypted, of a fake-gcs-server, and into a directory:
# every command reads the three alike, and what is restored from them is the same. What a bucket refuses is told in words.
. "$(dirname "$0")/scenario.inc"

start --zookeeper 1 --kafka 1 --kafka-version 3.9.1 --fake-gcs-server --fake-gcs-server-in-memory --fake-gcs-server-bucket backups
zk=$kafka_zookeeper
place=gs://backups/zoo
sealed=(gs://backups/sealed --key-file store.key)
second=gs://backups/second
server=fake-gcs-server
export STORAGE_EMULATOR_HOST=$fake_gcs_server ARKIVE_GCS_LEASE=3s NO_GCE_CHECK=true HOME=$PWD
expect_status 0 arkive key make store.key

# ---- what cannot be reached is told before any work
expect_status 0 arkive check --zk "$zk" --to $place
expect_line "not there yet, the first dump makes it"
STORAGE_EMULATOR_HOST='' ARKIVE_GCS_ENDPOINT=$fake_gcs_server expect_status 2 arkive dump --zk "$zk" --to $place
expect_line "there are none for 'gs://backups'"
echo '{"type":"service_account","client_email":"a@example.com"}' > account.json
GOOGLE_APPLICATION_CREDENTIALS=account.json expect_status 2 arkive dump --zk "$zk" --to $place
expect_line "it has no 'private_key'"
GS_ACCESS_KEY_ID=half expect_status 2 arkive dump --zk "$zk" --to $place
expect_line "only one of"
expect_status 2 arkive dump --zk "$zk" --to gs://no-such-bucket/zoo
expect_line "there is no bucket 'no-such-bucket'"
expect_status 2 arkive dump --zk "$zk" --to gs://Backups/zoo
expect_line "is no name of a bucket"
expect_status 2 arkive dump --zk "$zk" --to gs:/backups/zoo
expect_line "no store is named by 'gs:'"
expect_status 1 arkive list --from $place
expect_line "it holds no arkive.json"
ok "wrong credentials, buckets and names are refused"

# An upload in pieces is no object before its end: that an archiver is at work shows by its lock.
is_at_work() {
  python3 - "$fake_gcs_server/download/storage/v1/b/backups/o/zoo%2Flocks%2Ftopics%2Fprod.lock?alt=media" <<'PYTHON'
import json, sys, urllib.request
sys.exit(json.load(urllib.request.urlopen(sys.argv[1]))["released"])
PYTHON
}
. "$scenarios/place_of_objects.inc"
