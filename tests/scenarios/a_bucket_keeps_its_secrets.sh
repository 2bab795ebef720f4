#!/usr/bin/env bash
# Canaries in the secrets of stores: of a MinIO that takes them, of one that does not, and of Azure and Google where nobody listens. None stands in
# output, logs, command lines, what a key command is given, or the objects of the store.
. "$(dirname "$0")/scenario.inc"
start --zookeeper 1 --minio --bucket backups
zk=$zookeeper
export AWS_ENDPOINT_URL_S3=$minio ARKIVE_S3_LEASE=3s
printf 'create /app one\n' | znodes "$zk"

secret=canarySECRETkeyOFs3canary token=canarySESSIONtokenOFs3canary
azure=$(printf 'canary-azure-account-key-canary!' | base64) signature='sv=2024-11-04&sig=canarySASsignature%3D'
google=canaryGOOGLEsecretCANARY
# MinIO's own, which is not ours to choose, is a canary as well.
canaries=("$minio_secret_key" "$secret" "$token" "$azure" canarySASsignature "$google" canary-google-private-key)
. "$(dirname "$0")/canaries.inc"

# ---- what is taken
export AWS_ACCESS_KEY_ID=$minio_access_key AWS_SECRET_ACCESS_KEY=$minio_secret_key
arkive key make key > /dev/null || failed "a key"
expect_status 0 arkive "${loud[@]}" dump --zk "$zk" --to s3://backups/zoo
expect_status 0 arkive "${loud[@]}" dump --zk "$zk" --to s3://backups/sealed --key-command "env > $scratch/key-command; cat $scratch/key"
for command in list show log verify history; do expect_status 0 arkive "${loud[@]}" "$command" --from s3://backups/zoo; done
expect_status 0 arkive "${loud[@]}" check --zk "$zk" --to s3://backups/zoo
expect_status 0 arkive "${loud[@]}" copy --from s3://backups/zoo --to copied
expect_status 0 arkive "${loud[@]}" prune --from s3://backups/zoo --keep 1
# ---- what is refused
export AWS_SECRET_ACCESS_KEY=$secret
expect_status 1 arkive "${loud[@]}" list --from s3://backups/zoo
expect_status 1 arkive "${loud[@]}" dump --zk "$zk" --to s3://backups/zoo
export AWS_SESSION_TOKEN=$token
expect_status 1 arkive "${loud[@]}" list --from s3://backups/zoo
expect_status 1 arkive "${loud[@]}" check --zk "$zk" --to s3://backups/zoo
nothing_leaked "what arkive printed" "$printed"
ok "MinIO, with its own keys and with wrong ones: none in output, logs and error texts"

# ---- where nobody listens
export AWS_ENDPOINT_URL_S3=http://127.0.0.1:1 AZURE_STORAGE_SERVICE_ENDPOINT=http://127.0.0.1:1/account ARKIVE_GCS_ENDPOINT=http://127.0.0.1:1
expect_status 1 arkive "${loud[@]}" list --from s3://backups/zoo
export AZURE_STORAGE_KEY=$azure
expect_status 1 arkive "${loud[@]}" list --from az://account/backups/zoo
unset AZURE_STORAGE_KEY
export AZURE_STORAGE_SAS_TOKEN=$signature
expect_status 1 arkive "${loud[@]}" list --from az://account/backups/zoo
unset AZURE_STORAGE_SAS_TOKEN
export AZURE_STORAGE_CONNECTION_STRING="AccountName=other;AccountKey=$azure;SharedAccessSignature=$signature"
expect_status 2 arkive "${loud[@]}" list --from az://account/backups/zoo
export AZURE_STORAGE_CONNECTION_STRING="$azure"   # what is none
expect_status 2 arkive "${loud[@]}" list --from az://account/backups/zoo
unset AZURE_STORAGE_CONNECTION_STRING
export GS_ACCESS_KEY_ID=GOOGcanary GS_SECRET_ACCESS_KEY=$google
expect_status 1 arkive "${loud[@]}" list --from gs://backups/zoo
unset GS_ACCESS_KEY_ID GS_SECRET_ACCESS_KEY
printf '{"type":"service_account","client_email":"a@b","token_uri":"http://127.0.0.1:1/","private_key":"canary-google-private-key"}\n' > account.json
chmod 600 account.json
export GOOGLE_APPLICATION_CREDENTIALS=$scratch/account.json
arkive "${loud[@]}" list --from gs://backups/zoo > out 2> err && failed "a private key that is none is taken"
nothing_leaked "what arkive printed" "$printed"
ok "Azure and Google: none in failures"

# ---- settings in a file: a secret that stands there is refused without a word of it
printf 'stores:\n  s3://backups:\n    AWS_SECRET_ACCESS_KEY: %s\n' "$secret" > stores.yaml
expect_status 2 arkive "${loud[@]}" list --store-settings stores.yaml --from s3://backups/zoo
expect_line AWS_SECRET_ACCESS_KEY_FILE
nothing_leaked "what arkive printed" "$printed"

# ---- elsewhere
if [ -s command-lines ]; then failed "a secret stands in a command line"; fi
[ -s key-command ] || failed "the key command was asked"
nothing_leaked "what a key command is given" key-command
nothing_leaked "a store" "$minio_data/backups" copied
printf '%s\n' "$secret" > planted
if (nothing_leaked "the control" planted) > control 2>&1; then failed "the search finds what is there"; fi
ok "none in command lines, in what a key command is given, in the objects of the store"
scoreboard scenarios.a_bucket_keeps_its_secrets ${#canaries[@]} 1 0
