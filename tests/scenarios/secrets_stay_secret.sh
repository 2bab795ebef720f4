#!/usr/bin/env bash
# Canaries in every secret: none in output, logs, command lines, redacted repositories or what is pushed.
. "$(dirname "$0")/scenario.inc"
start --zookeeper 1
zk=$zookeeper
password=canaryPASSWORDcanary
hash=$(digest_of "alice:$password"); hash=${hash#alice:}
printf 'digest:alice:%s\n' "$password" > alice.auth; chmod 600 alice.auth
salt=Y2FuYXJ5U0FMVGNhbmFyeQ== stored=Y2FuYXJ5U1RPUkVEY2FuYXJ5 server=Y2FuYXJ5U0VSVkVSY2FuYXJ5
canaries=("$password" "$hash" "$salt" "$stored" "$server")
{
  printf '/\t\n/cluster\t\\N\n/cluster/id\t{"version":"1","id":"rzlqsm3CTmOpLqLvyx4mTg"}\n/brokers\t\\N\n/brokers/ids\t\\N\n/brokers/topics\t\\N\n/controller_epoch\t1\n/config\t\\N\n/config/topics\t\\N\n'
  printf '/config/users\t\\N\n/config/users/bob\t{"version":1,"config":{"SCRAM-SHA-256":"salt=%s,stored_key=%s,server_key=%s,iterations=4096"}}\n' "$salt" "$stored" "$server"
  printf '/closed\tx\tdigest:alice:%s:cdrwa\n/plain\ty\n' "$hash"
} > tree
"$scripted_dump" tree seed > /dev/null || failed "the scripted dump"
mine=(--zk "$zk" --zk-auth-file "$scratch/alice.auth")

. "$(dirname "$0")/canaries.inc"
expect_status 0 arkive "${loud[@]}" restore znodes --from seed "${mine[@]}"
expect_status 0 arkive "${loud[@]}" check "${mine[@]}" --to git:clear.git
expect_status 0 arkive "${loud[@]}" dump "${mine[@]}" --to clear --to git:clear.git
printf 'set /plain z\n' | znodes "$zk"
expect_status 0 arkive "${loud[@]}" dump "${mine[@]}" --to clear --to git:clear.git
for command in list show log verify; do expect_status 0 arkive "${loud[@]}" "$command" --from git:clear.git; done
expect_status 0 arkive "${loud[@]}" log --from clear --all --json
expect_status 0 arkive "${loud[@]}" restore znodes --from clear "${mine[@]}" --dry-run
expect_status 1 arkive "${loud[@]}" dump --zk "$zk/nowhere" --zk-auth-file "$scratch/alice.auth" --to clear
expect_status 1 arkive "${loud[@]}" dump --zk 127.0.0.1:1 --zk-auth-file "$scratch/alice.auth" --to clear --timeout 1s
printf '%s\n' "$password" > senseless.auth; chmod 600 senseless.auth
expect_status 2 arkive "${loud[@]}" dump --zk "$zk" --zk-auth-file senseless.auth --to clear
chmod 640 alice.auth
expect_status 1 arkive "${loud[@]}" dump "${mine[@]}" --to clear
chmod 600 alice.auth
nothing_leaked "what arkive printed" "$printed"
if [ -s command-lines ]; then failed "a secret stands in a command line"; fi
ok "no canary in output, logs, error texts and command lines, in failures neither"

expect_status 0 arkive "${loud[@]}" dump "${mine[@]}" --to redacted --to git:redacted.git --redact secrets
expect_status 0 arkive "${loud[@]}" show --from git:redacted.git /config/users/bob
nothing_leaked "what arkive printed" "$printed"
nothing_leaked "a redacted directory" redacted
unpacked() {   # every object of every ref and none, as text
  git -C "$1" cat-file --batch-all-objects --batch-check='%(objectname) %(objecttype)' | while read -r name kind; do git -C "$1" cat-file "$kind" "$name"; done
}
unpacked redacted.git > objects
nothing_leaked "the objects of a redacted history" objects redacted.git
unpacked clear.git > objects
grep -qaF "$stored" objects || failed "the search finds what is there: a history in clear holds the secret"
ok "a redacted repository holds none in any object"

stop; services wipe zookeeper-1 > /dev/null; start zookeeper-1
expect_status 3 arkive restore znodes --from git:redacted.git --zk "$zk" --zk-auth-file "$scratch/alice.auth"
expect_line "/config/users/bob"
expect_line "/closed"
expect_line redacted
if printf 'get /config/users/bob\n' | python3 "$scenarios/zookeeper_client.py" "$zk" > out 2>&1; then failed "a redacted znode was restored"; fi
ok "what is redacted is not restored, by name, status 3"
expect_status 0 arkive restore znodes --from clear --zk "$zk" --zk-auth-file "$scratch/alice.auth"

for mask in 000 022 077; do
  (umask "$mask"; "$arkive_program" dump "${mine[@]}" --to "masked-$mask/store" --to "git:masked-$mask.git" --redact secrets
    "$arkive_program" dump "${mine[@]}" --to "masked-$mask/store" --to "git:masked-$mask.git" --redact secrets) > out 2> err || failed "dump with umask $mask"
  find "masked-$mask/store" "masked-$mask.git" "masked-$mask.git.redaction-key" \( -type f ! -perm 600 -o -perm /077 -o -type d ! -perm 700 \) -printf '%m %p\n' > out
  if [ -s out ]; then failed "with umask $mask every file is 0600, every directory 0700"; fi
done
ok "umask 000, 022 and 077: files 0600, directories 0700"

git init -q --bare other.git
url=file://$scratch/other.git
expect_status 2 arkive dump "${mine[@]}" --to git:clear.git --push "$url"
expect_line --push-secrets
expect_equal "refs at the other side" "" "$(git -C other.git for-each-ref)"
expect_status 0 arkive dump "${mine[@]}" --to git:redacted.git --redact secrets --push "$url"
expect_equal "what was pushed" "$(git -C redacted.git rev-parse main)" "$(git -C other.git rev-parse main)"
git clone -q "$scratch/other.git" cloned 2> err || failed "the other side can be cloned"
unpacked other.git > objects
nothing_leaked "what was pushed" objects other.git
expect_status 2 arkive dump "${mine[@]}" --to git:redacted.git --push "$url"
ok "a history in clear is not pushed without --push-secrets; a redacted one is"

mv other.git away.git
printf 'set /plain changed\n' | znodes "$zk"
before=$(git -C redacted.git rev-parse main)
expect_status 1 arkive dump "${mine[@]}" --to git:redacted.git --redact secrets --push "$url"
expect_line "committed"
[ "$(git -C redacted.git rev-parse main)" != "$before" ] || failed "the commit stays when the push fails"
mv away.git other.git
expect_status 0 arkive dump "${mine[@]}" --to git:redacted.git --redact secrets --push "$url"
expect_equal "what was pushed" "$(git -C redacted.git rev-parse main)" "$(git -C other.git rev-parse main)"
ok "a failed push is told (status 1), the commit stays, the next run pushes it"
got=0
arkive dump "${mine[@]}" --to git:redacted.git --redact secrets --push "https://me:$password@127.0.0.1:1/x.git" > out 2> err || got=$?
case $got in 1 | 2) ;; *) failed "an URL with a password in it: exit status wanted 1 or 2, got $got" ;; esac
expect_line "holds a password"
nothing_leaked "what arkive printed" "$printed"
ok "an URL with a password in it is refused without repeating it"

sshd=$(PATH=$PATH:/usr/sbin command -v sshd || true)
if [ -z "$sshd" ]; then
  echo "skipped: push by ssh (openssh-server is not installed)"
  exit 0
fi
mkdir -m 700 ssh .ssh
ssh-keygen -q -t ed25519 -N '' -f ssh/host && ssh-keygen -q -t ed25519 -N '' -f ssh/user || failed "ssh-keygen"
cp ssh/user.pub ssh/authorized
port=$(python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
printf '%s\n' "Port $port" "ListenAddress 127.0.0.1" "HostKey $scratch/ssh/host" "AuthorizedKeysFile $scratch/ssh/authorized" "PidFile none" \
  "StrictModes no" "UsePAM no" "PasswordAuthentication no" > ssh/sshd_config
[ "$(id -u)" != 0 ] || [ -d /run/sshd ] || mkdir -p /run/sshd
"$sshd" -D -e -f ssh/sshd_config 2> ssh/log &
server=$! deadline=$((SECONDS + 30))
until (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do
  kill -0 $server 2> /dev/null && [ $SECONDS -lt $deadline ] || { cp ssh/log err; failed "sshd answers"; }
done
# ssh reads the files of the user it runs as whatever HOME is: they are named by a wrapper that adds files and nothing else.
cat > ssh/ssh <<WRAPPER
#!/bin/sh
exec /usr/bin/ssh -F none -i $scratch/ssh/user -o UserKnownHostsFile=$scratch/ssh/known -o GlobalKnownHostsFile=/dev/null "\$@"
WRAPPER
chmod 700 ssh/ssh
remote="ssh://$(id -un)@127.0.0.1:$port$scratch/other.git"
printf 'set /plain by-ssh\n' | znodes "$zk"
export PATH=$scratch/ssh:$PATH
expect_status 1 arkive dump "${mine[@]}" --to git:redacted.git --redact secrets --push "$remote"
[ ! -s ssh/known ] || failed "an unknown host key is not taken"
expect_line "Host key verification failed"
[ "$(git -C redacted.git rev-parse main)" != "$(git -C other.git rev-parse main)" ] || failed "nothing is pushed to an unknown host"
printf '[127.0.0.1]:%s %s\n' "$port" "$(cut -d' ' -f1,2 ssh/host.pub)" > ssh/known
expect_status 0 arkive dump "${mine[@]}" --to git:redacted.git --redact secrets --push "$remote"
expect_equal "what was pushed by ssh" "$(git -C redacted.git rev-parse main)" "$(git -C other.git rev-parse main)"
nothing_leaked "what arkive printed" "$printed"
ok "ssh: an unknown host key is refused, a known one is taken"
