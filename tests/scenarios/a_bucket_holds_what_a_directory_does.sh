#!/usr/bin/env bash
# Trees and topics of real servers go into buckets, plain and encrypted, of a MinIO behind TLS, and into a directory: every command reads
# the three alike, and what is restored from them is the same. What a bucket refuses is told in words.
. "$(dirname "$0")/scenario.inc"

start --zookeeper 1 --kafka 1 --kafka-version 3.9.1 --minio --minio-tls --bucket backups
zk=$kafka_zookeeper
export AWS_ACCESS_KEY_ID=$minio_access_key AWS_SECRET_ACCESS_KEY=$minio_secret_key
export AWS_ENDPOINT_URL_S3=$minio AWS_CA_BUNDLE=$minio_certificates ARKIVE_S3_LEASE=3s
expect_status 0 arkive key make store.key
place=s3://backups/zoo
sealed=(s3://backups/sealed --key-file store.key)
second=s3://backups/second
server=minio
is_at_work() { [ -n "$(find "$minio_data/backups/zoo/locks/topics" -newer killed -name xl.meta)" ]; }

# ---- what cannot be reached is told before any work
expect_status 0 arkive check --zk "$zk" --to $place
expect_line "not there yet, the first dump makes it"
AWS_CA_BUNDLE='' expect_status 1 arkive dump --zk "$zk" --to $place
expect_line "certificate"
AWS_SECRET_ACCESS_KEY=canary-wrong expect_status 1 arkive dump --zk "$zk" --to $place
expect_line "SignatureDoesNotMatch"
expect_no_line canary
AWS_ACCESS_KEY_ID='' expect_status 2 arkive dump --zk "$zk" --to $place
expect_line "only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is set"
expect_status 2 arkive dump --zk "$zk" --to s3://no-such-bucket/zoo
expect_line "there is no bucket 'no-such-bucket'"
expect_status 2 arkive dump --zk "$zk" --to s3://Backups/zoo
expect_status 1 arkive list --from $place
expect_line "it holds no arkive.json"
ok "a wrong key, certificate, bucket and name are refused"

. "$scenarios/place_of_objects.inc"
