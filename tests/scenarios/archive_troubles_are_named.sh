#!/usr/bin/env bash
# What can go wrong with `arkive archive`: each trouble is told with operation, object, cause and what to do next, by the exit
# status of docs/exit-statuses.md, and no secret is repeated; what was archived before stays whole.
. "$(dirname "$0")/scenario.inc"
start --zookeeper 1 --kafka 1 --scram --scram-user alice=wonderland --tls --bad-tls
"$RECORD_PRODUCER" create-topic orders --partitions 2 --bootstrap "$kafka" > out 2> err || failed "create-topic"
produce() { "$RECORD_PRODUCER" produce --topic orders --partitions 2 --records "$1" --size 1000 --value random --batch-records 20 --quiet --bootstrap "$kafka" > out 2> err || failed "produce"; }
produce 200
archive() { arkive archive --to store --topics orders --timeout "${timeout:-5s}" "$@"; }
told() {   # OPERATION-AND-OBJECT CAUSE NEXT-STEP (patterns), of the last command
  grep -qE "^error: .*$1.*" err || failed "the error names operation and object: $1"
  grep -qE "^error: .*$2" err || failed "the error names the cause: $2"
  grep -qE "^hint: .*$3" err || failed "the hint says what to do next: $3"
}
refused() {   # STATUS OPERATION-AND-OBJECT CAUSE NEXT-STEP COMMAND...
  local status=$1 operation=$2 cause=$3 next=$4
  shift 4
  expect_status "$status" "$@"
  told "$operation" "$cause" "$next"
  sed -n '/^error:\|^hint:/p' err
}
expect_status 0 archive --kafka "$kafka"

# ---- who we are
sed 's/wonderland/not-this-one/' "$kafka_scram_properties" > wrong.properties; chmod 600 wrong.properties
refused 1 "$kafka_scram': authenticate with SCRAM" 'SASL_AUTHENTICATION_FAILED' 'sasl.jaas.config' archive --kafka "$kafka_scram" --command-config wrong.properties
expect_no_line not-this-one
cp "$kafka_scram_properties" shared.properties; chmod 644 shared.properties
expect_status 0 archive --kafka "$kafka_scram" --command-config shared.properties
expect_line "'shared.properties' holds a password and others may read it"
expect_status 1 archive --kafka "$kafka_scram" --command-config none.properties
expect_line "error: open 'none.properties': No such file or directory"
ok "a wrong password, a file that others may read, no such file"

# ---- who they are
refused 1 "connect to '$kafka_tls_expired'" 'certificate has expired' 'truststore' archive --kafka "$kafka_tls_expired" --command-config "$kafka_tls_properties"
refused 1 "connect to '$kafka_tls_wrong_host'" 'address mismatch' 'the name or address' archive --kafka "$kafka_tls_wrong_host" --command-config "$kafka_tls_properties"
sed -E 's|^(ssl.truststore.location=).*|\1'"$kafka_certificates"'/other-ca.pem|; s|^ssl.truststore.type=.*|ssl.truststore.type=PEM|; /^ssl.truststore.password/d' "$kafka_tls_properties" > stranger.properties
chmod 600 stranger.properties
refused 1 "connect to '$kafka_tls'" 'not to be trusted: unable to get local issuer' 'truststore' archive --kafka "$kafka_tls" --command-config stranger.properties
refused 1 "ask the broker at '$kafka_tls'" 'an answer of .* bytes' 'security.protocol' archive --kafka "$kafka_tls"
ok "an expired certificate, one of another host, an authority we do not trust, TLS not asked for"

# ---- where they are
refused 1 "connect to 'no-such-host.invalid:9092'" 'Name or service not known|name resolution' 'bootstrap servers' archive --kafka no-such-host.invalid:9092
refused 1 "connect to '127.0.0.1:1'" 'Connection refused' 'bootstrap servers' archive --kafka 127.0.0.1:1
expect_status 2 archive --kafka nonsense:port
expect_line "error: read the bootstrap servers 'nonsense:port': 'nonsense:port' is not HOST:PORT"
ok "an unknown host, a port where nobody listens, no address at all"

# ---- where it goes
printf x > file
expect_status 2 arkive archive --kafka "$kafka" --to file/store
expect_line "error: open store 'file/store': it is no directory"
refused 2 "open 'git:zoo.git'" 'a git history holds no topics' 'name a store' arkive archive --kafka "$kafka" --to git:zoo.git
mkdir foreign; touch foreign/something
refused 2 "open store 'foreign'" 'it is no store of arkive' 'a new directory' arkive archive --kafka "$kafka" --to foreign
cp -a store newer
sed -i 's/"format": 1/"format": 2/' newer/arkive.json
refused 2 "open store 'newer'" 'format 2 is newer' 'newer arkive' arkive archive --kafka "$kafka" --to newer
cp -a store newer-run
sed -i 's/"format": 1/"format": 2/' newer-run/runs/main/*.json
refused 2 "'runs/main/.*json'" 'format 2 is newer' 'newer arkive' arkive archive --kafka "$kafka" --to newer-run
cp -a store damaged
echo >> "$(ls damaged/lists/*.json | head -1)"
echo >> "$(ls damaged/lists/*.json | tail -1)"
refused 1 "read 'lists/.*' of store 'damaged'" 'its SHA-256 is' 'arkive verify' arkive archive --kafka "$kafka" --to damaged
ok "no directory, a history of git, a directory of somebody else, newer formats, a damaged list"

mkdir small
disk=ulimit
if mount -t tmpfs -o size=2m arkive-scenario small 2> /dev/null; then
  disk=tmpfs
  more_clean_up() { umount "$scratch/small" 2> /dev/null; }
fi
small() { arkive archive --kafka "$kafka" --topics orders --to small/store; }
with_little_room() { if [ "$disk" = tmpfs ]; then "$@"; else (trap '' XFSZ; ulimit -f 100; "$@"); fi; }
expect_status 0 small
produce 2000
for pass in 1 2 3; do
  refused 1 'small/store' 'No space left|File too large' 'space|ulimit|limit' with_little_room small
  expect_status 0 arkive verify --from small/store
  expect_equal "runs in the full store" 1 "$(arkive list --from small/store --json | json_of 'len(d if isinstance(d, list) else d["runs"])')"
done
if [ "$disk" = tmpfs ]; then mount -o remount,size=16m arkive-scenario small || failed "more room"; fi
expect_status 0 small
expect_status 0 arkive verify --from small/store
ok "a full disk ($disk): nothing is committed, the earlier run stands, with more room the next run is whole"
if [ "$disk" = tmpfs ]; then
  mount -o remount,ro arkive-scenario small || failed "read-only"
  refused 1 "'small/store" 'Read-only file system' 'mounted read-only' small
  expect_status 0 arkive verify --from small/store
  ok "a store that may not be written"
else
  echo "skipped: a read-only store (mounting is not permitted here)"
fi

# ---- two at once: the second is refused and says who is at work; the first is not disturbed
archive --kafka "$kafka" --workers 1 --limit-rate 512KiB > first.out 2> first.err &
first=$!
while flock -n store/locks/topics/main.lock true 2> /dev/null; do kill -0 $first 2> /dev/null || { cp first.err err; failed "the first is still at work"; }; done
timeout=1s refused 1 "lock 'store/locks/topics/main.lock'" 'held by process' 'wait for it to end' archive --kafka "$kafka"
kill -0 $first 2> /dev/null || failed "the first is still at work when the second gives up"
wait $first; got=$?
cp first.out out; cp first.err err
expect_equal "exit status of the first" 0 "$got"
expect_status 0 arkive verify --from store
ok "two at once: one goes, the other names who holds the lock"

# ---- a broker that dies in mid-run
produce 2000
runs=$(ls store/runs/main | wc -l)
timeout=3s archive --kafka "$kafka" --workers 1 --limit-rate 512KiB > slow.out 2> slow.err &
slow=$!
while flock -n store/locks/topics/main.lock true 2> /dev/null; do kill -0 $slow 2> /dev/null || { cp slow.err err; failed "the slow run is still at work"; }; done
services kill kafka-1 > /dev/null || failed "kill kafka-1"
kill -0 $slow 2> /dev/null || failed "the slow run is still at work when the broker dies"
wait $slow; got=$?
cp slow.out out; cp slow.err err
expect_equal "exit status when the only broker died" 1 "$got"
told "'127.0.0.1:" 'refused|hung up|lost' 'bootstrap servers'
sed -n '/^error:\|^hint:/p' err
expect_equal "runs after that" "$runs" "$(ls store/runs/main | wc -l)"
expect_status 0 arkive verify --from store
start kafka-1
timeout=60s
expect_status 0 archive --kafka "$kafka"
expect_status 0 arkive verify --from store
python3 "$scenarios/archive_lists.py" store bytes orders "$scratch"/servers/kafka-* > out 2>&1 || failed "the bytes are the broker's own"
ok "the only broker died in mid-run: named, nothing half committed; when it is back the next run is whole"
