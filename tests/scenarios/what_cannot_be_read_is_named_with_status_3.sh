#!/usr/bin/env bash
# Znodes closed to the reader, masked hashes, wrong passwords, files, chroots and hosts: each is named, and the exit status tells.
. "$(dirname "$0")/scenario.inc"
start --zookeeper 1
zk=$zookeeper
alice=$(digest_of alice:wonderland)
umask 077
echo digest:alice:wonderland > alice.auth
echo digest:alice:looking-glass > wrong.auth
printf '# nobody\n\n' > nobody.auth

printf '%s\t%s\t%s\n' / '' '' /app/open 'for all' '' /app/secret 'closed' "digest:$alice:cdrwa" /app/secret/inside 'closed too' "digest:$alice:cdrwa" \
  /app/masked 'readable' "digest:$alice:cdrwa world:anyone:r" > tree
"$scripted_dump" tree seed > /dev/null || failed "the scripted dump"
expect_status 0 arkive restore znodes --from seed --zk "$zk" --zk-auth-file alice.auth
expect_equal "ACL on the server" "digest:$alice:rwcda" "$(printf 'auth digest alice:wonderland\nacl /app/secret\n' | znodes "$zk")"
ok "a restore with an identity makes the closed subtree"

expect_status 3 arkive dump --zk "$zk" --to git:zoo.git --to store
expect_line "unreadable: /app/secret"
expect_line "masked ACL: /app/masked"
expect_no_line "unreadable: /app/open"
expect_status 1 arkive show --from store /app/open
expect_line "none of the 1 runs is whole"
run=$(arkive list --from store --json | json_of '[r["id"] for r in (d if isinstance(d, list) else d["runs"])][-1]')
expect_status 0 arkive show --from "store@$run" /app/open
expect_line "for all"
if arkive show --from "store@$run" /app/secret/inside > out 2>&1; then failed "what was unreadable is not in the dump"; fi
for from in store git:zoo.git; do
  arkive show --from "$from@$run" > out 2> err
  expect_line "/app/secret"
  expect_line "/app/masked"
done
ok "without an identity: status 3, the closed subtree and the masked ACL are named, by dump and by show"

expect_status 3 arkive check --zk "$zk" --to git:zoo.git
expect_line "would be missing: /app/secret"
expect_line "would be missing: the ACL of /app/masked"
expect_status 3 arkive check --zk "$zk" --json
expect_json 'd["would_be_whole"] is False and [u["path"] for u in d["unreadable"]] == ["/app/secret"] and d["masked_acls"] == ["/app/masked"]'
expect_status 3 arkive dump --zk "$zk" --to store --json
expect_json 'd["whole"] is False and [u["path"] for u in d["unreadable"]] == ["/app/secret"] and d["masked_acls"] == ["/app/masked"]'
ok "check says the same as dump; both as JSON"

expect_status 3 arkive dump --zk "$zk" --to store --zk-auth-file wrong.auth
expect_line "unreadable: /app/secret"
expect_no_line looking-glass
ok "a wrong password: status 3, named"
expect_status 3 arkive dump --zk "$zk" --to store --zk-auth-file nobody.auth
expect_status 0 arkive dump --zk "$zk" --to store --to git:zoo.git --zk-auth-file alice.auth
expect_status 0 arkive check --zk "$zk" --zk-auth-file alice.auth
expect_line "all would be read"
expect_status 0 arkive show --from store /app/secret/inside
expect_line "closed too"
ok "with the identity: status 0"

chmod 644 alice.auth
expect_status 1 arkive dump --zk "$zk" --to store --zk-auth-file alice.auth
expect_line alice.auth
expect_line "chmod 600"
expect_no_line wonderland
chmod 600 alice.auth
echo digest > no.auth
expect_status 2 arkive dump --zk "$zk" --to store --zk-auth-file no.auth
expect_line no.auth
expect_status 1 arkive dump --zk "$zk" --to store --zk-auth-file absent.auth
expect_line absent.auth
ok "an auth file that others may read, a senseless one and an absent one are refused by name"

expect_status 1 arkive dump --zk "$zk/nowhere" --to store2
expect_line "/nowhere"
[ ! -e store2/clusters ] || [ -z "$(find store2 -name manifest.json)" ] || failed "nothing is committed under a wrong chroot"
expect_status 1 arkive dump --zk "$zk" --to store3 --path /app/nothing
expect_line "/app/nothing"
ok "a chroot and a path that are not there: status 1, named"

read -r dead < <(python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
expect_status 0 arkive dump --zk "127.0.0.1:$dead,$zk,127.0.0.1:$dead" --to store --zk-auth-file alice.auth
expect_status 0 arkive dump --zk "127.0.0.1:$dead,$zk" --to store --zk-auth-file alice.auth --connections 3
expect_status 1 arkive dump --zk "127.0.0.1:$dead" --to store --timeout 3s
expect_line "127.0.0.1:$dead"
ok "a dead host among good ones does not matter; alone it is named"

expect_status 0 arkive list --from store --json
expect_json 'len(d if isinstance(d, list) else d["runs"]) > 3'
expect_status 0 arkive show --from store --json
expect_json 'len(d["tree"]["sha256"]) == 64'
ok "list and show print JSON"
