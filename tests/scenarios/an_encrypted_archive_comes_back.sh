#!/usr/bin/env bash
# Topics are archived into an encrypted directory with hidden names: nothing of them can be read there, a program that knows only the page
# reads all of it, keys change without an object touched, damage is named, and what is restored is what a plain archive restores.
. "$(dirname "$0")/scenario.inc"
start --kafka 1 --zookeeper 1 --kafka-version 3.9.1
producer() { "$RECORD_PRODUCER" "$@" --bootstrap "$kafka" > out 2> err < /dev/null || failed "record_producer $*"; }
producer create-topic orders-canary --partitions 2
producer produce --quiet --topic orders-canary --partitions 2 --records 400 --value json --headers odd --keys 7 --batch-records 20
producer create-topic payments-canary
producer produce --quiet --topic payments-canary --records 40 --transaction pay --transaction-records 5 --abort-every 3
producer create-topic bulk-canary
producer produce --quiet --topic bulk-canary --records 3000 --size 1000 --value random --batch-records 20

# ---- keys
expect_status 0 arkive key make day.key
expect_equal "the mode of a key file" 600 "$(stat -c %a day.key)"
expect_status 1 arkive key make day.key
echo 'correct horse battery staple' > words; chmod 600 words
archive=(arkive archive --kafka "$kafka" --topics '*-canary' --cluster prod-canary)
expect_status 0 "${archive[@]}" --to plain
cp day.key wide.key; chmod 640 wide.key
expect_status 1 "${archive[@]}" --to sealed --key-file wide.key
expect_line "hint: run: chmod 600 'wide.key'"
[ ! -e sealed ] || failed "a key that cannot be had makes no store"
expect_status 0 "${archive[@]}" --to sealed --key-file day.key --hide-names
producer produce --quiet --topic orders-canary --partitions 2 --records 50 --first-record 400 --value json
expect_status 0 "${archive[@]}" --to plain
ARKIVE_KEY_FILE=day.key expect_status 0 "${archive[@]}" --to sealed --json
expect_json 'd["run"]["whole"]'
ok "archived, plain and encrypted, twice"

# ---- nothing in the clear
if grep -rqa canary sealed; then failed "a name stands in the clear: $(grep -rla canary sealed)"; fi
if find sealed | grep -q canary; then failed "a name is a path: $(find sealed | grep canary)"; fi
grep -rqa canary plain && find plain | grep -q canary || failed "the plain store shows the names"
# Some bytes of each plain file that are in no other, and would tell any copy of it.
python3 - > out 2>&1 << 'END' || failed "no byte of a record stands in the clear"
import os, sys
sealed = b"".join(open(os.path.join(d, f), "rb").read() for d, _, fs in os.walk("sealed") for f in fs)
count = 0
for folder, _, files in os.walk("plain/topics"):
    for name in files:
        data = open(os.path.join(folder, name), "rb").read()
        for at in range(0, max(1, len(data) - 24), 997):
            piece = data[at:at + 24]
            count += 1
            if len(piece) == 24 and len(set(piece)) > 4 and piece in sealed:
                sys.exit(f"{folder}/{name} at {at}")
assert count > 3000, count
END
ok "no name and no byte of a record in the clear"

# ---- who has no key, another one, or one for what is not encrypted
expect_status 2 arkive list --from sealed
expect_line "it is encrypted"
expect_line "hint: give its key: --key-file, --key-command or --passphrase-file"
expect_status 2 "${archive[@]}" --to sealed
expect_status 2 arkive list --from plain --key-file day.key
expect_line "it is not encrypted"
expect_status 2 "${archive[@]}" --to plain --key-file day.key
expect_status 0 arkive key make night.key
expect_status 1 arkive list --from sealed --key-file night.key
expect_line "the key given is wrong"
expect_status 2 arkive log --from git:history --key-file day.key
expect_line "a git history is never encrypted"
expect_status 2 arkive list --from sealed --key-file day.key --passphrase-file words
expect_status 2 "${archive[@]}" --to other --hide-names
for secret in "$(cat day.key)" "$(cat night.key)" 'battery staple'; do expect_no_line "$secret"; done
ok "a wrong key, none, and one too many are refused"

# ---- the same archive
sealed=(--from sealed --key-file day.key)
expect_status 0 arkive list "${sealed[@]}" --json
expect_json 'len(d) == 2 and all(run["whole"] for run in d)'
expect_status 0 arkive verify "${sealed[@]}"
for topic in orders-canary payments-canary bulk-canary; do
  expect_status 0 arkive export --from plain "$topic" --all -o "$topic.plain"
  expect_status 0 arkive export "${sealed[@]}" "$topic" --all -o "$topic.sealed"
  expect_same_file "the export of $topic" "$topic.plain" "$topic.sealed"
done
restore() { expect_status 0 arkive restore topics --kafka "$kafka" --topics '*-canary' --rename orders-canary="orders-$1" --rename payments-canary="payments-$1" --rename bulk-canary="bulk-$1" --journal "journal-$1" "${@:2}"; }
restore from-plain --from plain
restore from-sealed "${sealed[@]}"
expect_status 0 arkive archive --kafka "$kafka" --topics '*-from-*' --to again
for topic in orders payments bulk; do
  for kind in plain sealed; do expect_status 0 arkive export --from again "$topic-from-$kind" -o "$topic.$kind"; done
  expect_status 0 python3 "$scenarios/same_records.py" "$topic.plain" "$topic.sealed"
  [ -s "$topic.sealed" ] || failed "$topic has records"
done
ok "restored, it is what the plain archive restores"

# ---- keys come and go
find sealed -type f ! -path 'sealed/keys/*' ! -path 'sealed/locks/*' ! -path 'sealed/history/*' -exec sha256sum {} + | sort > before
expect_status 0 arkive key add "${sealed[@]}" --new-passphrase-file words --label "of the safe"
expect_status 0 arkive key rotate "${sealed[@]}" --new-key-command 'cat night.key' --label night
expect_status 1 arkive list "${sealed[@]}"
expect_status 0 arkive list --from sealed --key-command 'cat night.key'
expect_status 0 arkive list --from sealed --passphrase-file words
expect_status 0 arkive key list --from sealed --key-file night.key --json
expect_json 'len(d) == 2 and [k["label"] for k in d if k["opens"]] == ["night"]'
find sealed -type f ! -path 'sealed/keys/*' ! -path 'sealed/locks/*' ! -path 'sealed/history/*' -exec sha256sum {} + | sort > after
expect_same_file "every object but keys and history" before after
ok "keys change, objects do not"

# ---- without arkive
if /usr/bin/python3 -c 'import cryptography' 2> /dev/null; then
  for key in night.key passphrase:words; do
    rm -rf decrypted
    expect_status 0 /usr/bin/python3 "$scenarios/../stores/encrypted/decrypt_store.py" sealed "$key" decrypted
    # The first run's and the second's segments of both are cut at the same offsets: the same files.
    for part in topics; do
      (cd plain && find "$part" -type f -exec sha256sum {} + | sort -k 2) > wanted
      (cd decrypted && find "$part" -type f -exec sha256sum {} + | sort -k 2) > got
      expect_same_file "what the page alone decrypts" wanted got
    done
  done
  ok "a program that knows only the page reads it all"
else
  printf 'skipped: python3-cryptography is not installed\n'
fi

# ---- damage
largest=$(find sealed/topics -type f -printf '%s %p\n' | sort -n | tail -1 | cut -d ' ' -f 2-)
printf '\x55' | dd of="$largest" bs=1 seek=200000 conv=notrunc status=none
expect_status 4 arkive verify --from sealed --key-file night.key
expect_line "bulk-canary"
expect_line "chunk 3 of"
ok "a flipped byte is named"
