#!/usr/bin/env bash
# Trees and topics of real servers go into containers of Azure Blob Storage, plain and encrypted, of an Azurite behind TLS, and into a
# directory: every command reads the three alike, and what is restored from them is the same. What a container refuses is told in words.
. "$(dirname "$0")/scenario.inc"

start --zookeeper 1 --kafka 1 --kafka-version 3.9.1 --azurite --azurite-tls --container backups
zk=$kafka_zookeeper
export AZURE_STORAGE_ACCOUNT=$azurite_account AZURE_STORAGE_KEY=$azurite_key
export AZURE_STORAGE_SERVICE_ENDPOINT=$azurite ARKIVE_AZURE_CA_BUNDLE=$azurite_certificates ARKIVE_AZURE_LEASE=3s
expect_status 0 arkive key make store.key
place=az://$azurite_account/backups/zoo
sealed=(az://$azurite_account/backups/sealed --key-file store.key)
second=az://$azurite_account/backups/second
server=azurite
is_at_work() { [ -n "$(find "$azurite_data" -type f -newer killed -size +2M)" ]; }

# ---- what cannot be reached is told before any work
expect_status 0 arkive check --zk "$zk" --to $place
expect_line "not there yet, the first dump makes it"
ARKIVE_AZURE_CA_BUNDLE='' expect_status 1 arkive dump --zk "$zk" --to $place
expect_line "certificate"
AZURE_STORAGE_KEY=Y2FuYXJ5LXdyb25n expect_status 1 arkive dump --zk "$zk" --to $place
expect_line "check"
expect_no_line Y2FuYXJ5
AZURE_STORAGE_KEY='' expect_status 2 arkive dump --zk "$zk" --to $place
expect_line "there are none for the account '$azurite_account'"
AZURE_STORAGE_ACCOUNT=another expect_status 2 arkive dump --zk "$zk" --to $place
expect_line "is of the account 'another'"
expect_status 2 arkive dump --zk "$zk" --to az://$azurite_account/no-such-container/zoo
expect_line "there is no container 'no-such-container'"
expect_status 2 arkive dump --zk "$zk" --to az://$azurite_account/Backups/zoo
expect_status 1 arkive list --from $place
expect_line "it holds no arkive.json"
ok "a wrong key, certificate, account, container and name are refused"

. "$scenarios/place_of_objects.inc"
