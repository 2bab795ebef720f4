#!/usr/bin/env bash
# Dumps into one repository at once, killed dumps, a full disk, SIGTERM: what was there stays whole.
. "$(dirname "$0")/scenario.inc"
start --zookeeper 1
zk=$zookeeper
python3 - > tree <<'PYTHON'
import hashlib
print("/\t")
for d in range(40):
    for i in range(50):
        print(f"/app/{d}/{i}\t" + hashlib.sha512(f"{d}/{i}".encode()).hexdigest())
PYTHON
"$scripted_dump" tree seed > /dev/null || failed "the scripted dump"
expect_status 0 arkive restore znodes --from seed --zk "$zk"
runs_of() { arkive list --from "$1" --json 2> /dev/null | json_of 'len(d if isinstance(d, list) else d["runs"])'; }
expect_status 0 arkive dump --zk "$zk" --to store --to git:zoo.git

# Exclusion: both wait in line for the lock and both are kept, or one is refused; never a torn repository.
for round in 1 2 3; do
  printf 'create /app/round-%s x\n' "$round" | znodes "$zk"
  "$arkive_program" dump --zk "$zk" --to store --to git:zoo.git > first.out 2>&1 &
  first=$!
  "$arkive_program" dump --zk "$zk" --to store --to git:zoo.git > second.out 2>&1 &
  second=$!
  wait "$first"; a=$?
  wait "$second"; b=$?
  cat first.out second.out > out
  [ "$a" = 0 ] || [ "$b" = 0 ] || failed "one of two dumps at once must succeed: $a and $b"
  case "$a$b" in 00) ;; *) grep -qi lock out || failed "the other names the lock: $a and $b" ;; esac
done
for from in store git:zoo.git; do expect_status 0 arkive verify --from "$from"; done
expect_status 0 arkive show --from git:zoo.git /app/round-3
git -C zoo.git fsck --strict > out 2>&1 || failed "git fsck --strict"
ok "two dumps at once, three times: all verified"

lock=store/locks/main.lock
(flock 9; exec sleep 300) 9<> "$lock" & holder=$!
while flock -n "$lock" true; do :; done
expect_status 1 arkive dump --zk "$zk" --to store --timeout 2s
expect_line lock
kill "$holder"; wait "$holder" 2> /dev/null
expect_status 0 arkive dump --zk "$zk" --to store
ok "a lock held by somebody else is named, status 1"

measure_whole arkive dump --zk "$zk" --to store --to git:zoo.git
killed=0
for round in $(seq 10); do
  printf 'set /app/1/%s round-%s\ncreate /app/killed-%s y\n' "$round" "$round" "$round" | znodes "$zk"
  before=$(runs_of store)
  "$arkive_program" dump --zk "$zk" --to store --to git:zoo.git > dump.out 2>&1 &
  dump=$!
  sleep_for_a_part_of "$whole"
  kill -KILL "$dump" 2> /dev/null
  wait "$dump" 2> /dev/null
  if [ $? = 137 ]; then killed=$((killed + 1)); else came_too_late; fi
  for from in store git:zoo.git; do expect_status 0 arkive verify --from "$from"; done
  after=$(runs_of store)
  [ "$after" = "$before" ] || [ "$after" = $((before + 1)) ] || failed "runs after kill -9: wanted $before or one more, got $after"
done
git -C zoo.git fsck --strict > out 2>&1 || failed "git fsck --strict after kills"
expect_status 0 arkive dump --zk "$zk" --to store --to git:zoo.git
expect_line "store"
expect_status 0 arkive show --from store /app/killed-10
for from in store git:zoo.git; do expect_status 0 arkive verify --from "$from"; done
left=$(find store zoo.git \( -name '*temporary*' -o -name 'tmp_*' -o -name '*.lock' \) ! -path '*/locks/main.lock' ! -name arkive.lock | head -3)
expect_equal "left over after the next run" "" "$left"
[ "$killed" -gt 0 ] || failed "some of ten dumps are killed before their end"
ok "killed at $killed random moments: the old runs stand, the next run cleans up"

mkdir small
full_disk() {   # COMMAND...: with a disk that has little room
  if [ "$disk" = tmpfs ]; then "$@"; else (trap '' XFSZ; ulimit -f 4; "$@"); fi
}
disk=ulimit
if mount -t tmpfs -o size=2m arkive-scenario small 2> /dev/null; then
  disk=tmpfs
  more_clean_up() { umount "$scratch/small" 2> /dev/null; }
fi
expect_status 0 arkive dump --zk "$zk" --to small/store --path /app/1
if [ "$disk" = tmpfs ]; then   # room for 64 KiB
  head -c 100M /dev/zero > small/filling 2> /dev/null
  truncate -s -65536 small/filling
fi
for to in small/store git:small/zoo.git; do
  got=0; full_disk arkive dump --zk "$zk" --to "$to" > out 2> err || got=$?
  expect_equal "exit status of a dump to a full disk ($disk, $to)" 1 "$got"
  [ "$disk" = ulimit ] || grep -qiE 'no space|full' out err || failed "the full disk is named"
done
if [ "$disk" = ulimit ]; then ok "files may not grow: status 1"; else ok "disk full: status 1, named"; fi
expect_status 0 arkive verify --from small/store
expect_equal "runs in the full store" 1 "$(runs_of small/store)"
ok "the run that was there is still whole ($disk)"

services pause zookeeper-1 > /dev/null || failed "pause"
"$arkive_program" dump --zk "$zk" --to store > out 2> err &
dump=$!
# It waits for the server when it has a connection; what it does with signals is settled long before.
until find "/proc/$dump/fd" -lname 'socket:*' 2> /dev/null | grep -q .; do kill -0 "$dump" 2> /dev/null || failed "the dump is still at work"; done
kill -TERM "$dump"; begun=$SECONDS
wait "$dump"; got=$?
services resume zookeeper-1 > /dev/null
expect_equal "exit status after SIGTERM" 6 "$got"
[ $((SECONDS - begun)) -le 5 ] || failed "SIGTERM took $((SECONDS - begun)) s"
expect_status 0 arkive verify --from store
ok "SIGTERM while the server hangs: status 6 within 5 s"
