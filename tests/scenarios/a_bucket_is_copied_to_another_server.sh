#!/usr/bin/env bash
# Two MinIOs with keys of their own and a bucket of one name: each store is set up by its own settings, and no key of one goes to the other.
. "$(dirname "$0")/scenario.inc"
second_services() { local action=$1; shift; HOME=$real_home "$services_program" "$action" --directory "$scratch/second" "$@"; }
more_clean_up() { if [ -d "$scratch/second" ]; then second_services stop --grace 1s > /dev/null 2>&1; fi; }
start --zookeeper 1 --minio --bucket backups
zk=$zookeeper
first=$minio first_id=$minio_access_key first_secret=$minio_secret_key
facts=$(second_services start --minio --bucket backups) || failed "a second MinIO comes up"
eval "$facts"
second=$minio second_id=$minio_access_key second_secret=$minio_secret_key
[ "$first" != "$second" ] && [ "$first_secret" != "$second_secret" ] || failed "two servers with keys of their own"
printf 'create /app one\n' | znodes "$zk"

printf '%s\n' "$first_secret" > first.secret; printf '%s\n' "$second_secret" > second.secret; chmod 600 first.secret second.secret
mkdir -m 700 .aws
printf '[second]\naws_access_key_id = %s\naws_secret_access_key = %s\nendpoint_url = %s\n' "$second_id" "$second_secret" "$second" > .aws/credentials
chmod 600 .aws/credentials
cat > stores.yaml <<YAML
stores:
  s3://backups:
    AWS_ENDPOINT_URL_S3: $first
    AWS_ACCESS_KEY_ID: $first_id
    AWS_SECRET_ACCESS_KEY_FILE: $scratch/first.secret
  s3://second-site:
    store: s3://backups
    AWS_PROFILE: second
YAML
with=(--store-settings stores.yaml)

# ---- what there was before: one environment for both, and one of the two answers
export AWS_ENDPOINT_URL_S3=$first AWS_ACCESS_KEY_ID=$first_id AWS_SECRET_ACCESS_KEY=$first_secret
expect_status 0 arkive dump --zk "$zk" --to s3://backups/zoo
expect_status 2 arkive copy --from s3://backups/zoo --to s3://second-site/zoo
expect_line "there is no bucket"
ok "by the environment alone there is one server"

# ---- copied from one to the other, with an environment that serves neither
export AWS_ENDPOINT_URL_S3=http://127.0.0.1:1 AWS_ACCESS_KEY_ID=nobody AWS_SECRET_ACCESS_KEY=nothing
expect_status 0 arkive copy "${with[@]}" --from s3://backups/zoo --to s3://second-site/zoo --json
expect_json "len(d['copied']) == 1"
for store in backups second-site; do
  expect_status 0 arkive verify "${with[@]}" --from s3://$store/zoo
  expect_line sound
done
expect_status 0 arkive list "${with[@]}" --from s3://second-site/zoo --json
expect_json "len(d) == 1"
ok "a copy from one server to the other, and both are sound"

# ---- each holds its own: by the keys of the second, straight at its server
(export AWS_ENDPOINT_URL_S3=$second AWS_ACCESS_KEY_ID=$second_id AWS_SECRET_ACCESS_KEY=$second_secret
  "$arkive_program" verify --from s3://backups/zoo) > out 2> err || failed "the second server holds the copy under its own name"
ok "the second server knows it by its own name"

# ---- a dump goes to both at once; a backup takes the section of its own file
printf 'create /app/next two\n' | znodes "$zk"
expect_status 0 arkive dump "${with[@]}" --zk "$zk" --to s3://backups/zoo --to s3://second-site/zoo
export ARKIVE_STORE_SETTINGS=$scratch/stores.yaml
for store in backups second-site; do
  expect_status 0 arkive list --from s3://$store/zoo --json
  expect_json "len(d) == 2"
  expect_status 0 arkive verify --from s3://$store/zoo
done
expect_status 0 arkive copy --from s3://second-site/zoo --to s3://backups/back
expect_status 0 arkive verify --from s3://backups/back
unset ARKIVE_STORE_SETTINGS
ok "a dump goes to both at once"

# ---- what is wrong is told
sed -i "s|$scratch/first.secret|$scratch/second.secret|" stores.yaml
expect_status 1 arkive list "${with[@]}" --from s3://backups/zoo
expect_no_line "$second_secret"
chmod 640 second.secret
expect_status 1 arkive list "${with[@]}" --from s3://backups/zoo
expect_line AWS_SECRET_ACCESS_KEY_FILE
expect_status 0 arkive list "${with[@]}" --from s3://second-site/zoo
expect_no_line "names none of the stores"
expect_status 0 arkive dump --zk "$zk" --to plain
expect_status 0 arkive list "${with[@]}" --from plain
expect_line "names none of the stores"
for secret in "$first_secret" "$second_secret"; do
  for store in "$scratch/plain"; do if grep -rqaF -- "$secret" "$store"; then failed "a secret stands in $store"; fi; done
done
ok "a wrong key, a file that others may read and settings of no use are told"
