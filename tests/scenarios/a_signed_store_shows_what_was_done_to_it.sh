#!/usr/bin/env bash
# Trees and topics of real servers, signed: what somebody does who can write the store is found with the public key alone, or with what was
# last seen; restores refuse it; the history tells who did what. A script that knows only docs/format-proof.md agrees.
. "$(dirname "$0")/scenario.inc"
producer() { "$RECORD_PRODUCER" "$@"; }
quietly() { "$@" > out 2> err < /dev/null || failed "set up: $*"; }
has_cryptography() { /usr/bin/python3 -c 'import cryptography' 2> /dev/null; }
check_by_the_page() { /usr/bin/python3 "$scenarios/../stores/proof/check_store.py" "$@"; }

start --zookeeper 1 --kafka 1 --kafka-version 3.9.1
zk=$kafka_zookeeper
quietly producer create-topic orders --partitions 2 retention.ms=60480000000000 --bootstrap "$kafka"
quietly producer produce --topic orders --partitions 2 --records 200 --bootstrap "$kafka"
expect_status 0 arkive key make-signing sign.key
expect_line sign.key.pub
expect_status 1 arkive key make-signing sign.key
quietly arkive key make-signing thief.key
signing=(--signing-key sign.key); public=(--public-key sign.key.pub); to=(--to store --cluster prod)

# ---- signed runs of both kinds, one chain
expect_status 2 arkive dump --zk "$zk" --to git:history.git "${signing[@]}"
expect_line "neither signs nor proves a git history"
[ ! -e history.git ] || failed "a git history was made"
expect_status 0 arkive dump --zk "$zk" "${to[@]}" "${signing[@]}" --json
first=$(json_of 'd["run"]' < out)
expect_status 0 arkive archive --kafka "$kafka" "${to[@]}" "${signing[@]}"
quietly tool configs -- --alter --entity-type topics --entity-name orders --add-config retention.ms=1000000000000000
expect_status 0 arkive dump --zk "$zk" "${to[@]}" "${signing[@]}" --json
second=$(json_of 'd["run"]' < out)
quietly producer produce --topic orders --partitions 2 --records 100 --bootstrap "$kafka"
expect_status 0 arkive archive --kafka "$kafka" "${to[@]}" "${signing[@]}"
expect_status 0 arkive verify --from store "${public[@]}" --last-seen seen.json
expect_line "proven: 4 runs, 4 records of the history"
expect_line "seen.json is new"
expect_status 0 arkive verify --from store "${public[@]}" --last-seen seen.json
expect_status 4 arkive verify --from store --public-key thief.key.pub
expect_line "none of its runs is signed by a key that was given"
if has_cryptography; then
  expect_status 0 check_by_the_page store sign.key.pub
  expect_line proven
else
  printf 'skipped: python3-cryptography is not installed\n'
fi
ok "four signed runs are proven, by arkive and by the page alone"

# ---- openssl alone, as the page says
manifest=store/runs/prod/$first.json
python3 -c 'import json, sys; o = json.load(sys.stdin); o.pop("seal"); o["proof"].pop("signature"); o["tree"].pop("location"); \
    o["record"].pop("location"); print(json.dumps(o, indent=2, sort_keys=True, ensure_ascii=False))' < "$manifest" > statement
printf 'arkive run %s\n' "$(sha256sum < statement | cut -c1-64)" > message
python3 -c 'import json, sys; print(json.load(sys.stdin)["proof"]["signature"])' < "$manifest" | base64 -d > signature
expect_status 0 openssl pkeyutl -verify -rawin -pubin -inkey sign.key.pub -in message -sigfile signature
ok "openssl checks a signature"

# ---- what somebody does who can write the store
reseal() {   # MANIFEST PYTHON: changes it, and computes the seal anew
  python3 - "$1" "$2" << 'PY'
import hashlib, json, sys
o = json.load(open(sys.argv[1])); o.pop("seal"); exec(sys.argv[2])
text = lambda: json.dumps(o, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
o["seal"] = hashlib.sha256(text().encode()).hexdigest()
open(sys.argv[1], "w").write(text())
PY
}
anew() { rm -rf store && cp -a good store; }
cp -a store good
restored=(restore znodes --zk "$zk/restored" "${public[@]}")

reseal "store/runs/prod/$second.json" 'o["summary"] = "nothing happened"'
expect_status 0 arkive verify --from store
expect_status 4 arkive verify --from store "${public[@]}"
expect_line "$second: its signature does not fit"
expect_status 1 arkive "${restored[@]}" --from store
expect_line "its signature does not fit"
expect_status 1 arkive plan --from store "${public[@]}" --zk "$zk" --kafka "$kafka" -o plan.json
[ ! -e plan.json ] || failed "a plan was made of it"
if has_cryptography; then expect_status 1 check_by_the_page store sign.key.pub; fi

anew   # the tree of the first run in the place of the second's
reseal "store/runs/prod/$second.json" 'o["tree"] = json.load(open("store/runs/prod/'"$first"'.json"))["tree"]'
expect_status 0 arkive verify --from store
expect_status 4 arkive verify --from store "${public[@]}"
expect_status 1 arkive "${restored[@]}" --from store

anew   # only where it lies: the signature still fits, the files do not
reseal "store/runs/prod/$second.json" 'o["tree"]["location"] = json.load(open("store/runs/prod/'"$first"'.json"))["tree"]["location"]'
expect_status 4 arkive verify --from store "${public[@]}"
expect_status 1 arkive "${restored[@]}" --from store

anew   # the first run is gone
rm "store/runs/prod/$first.json"
expect_status 0 arkive verify --from store
expect_status 4 arkive verify --from store "${public[@]}"
expect_line "run number 1 of key"
if has_cryptography; then expect_status 1 check_by_the_page store sign.key.pub; fi

anew   # a run of a stranger, and one of nobody
quietly arkive dump --zk "$zk" "${to[@]}" --signing-key thief.key
expect_status 4 arkive verify --from store "${public[@]}"
expect_line "which was not given"
expect_status 1 arkive "${restored[@]}" --from store
expect_line "which was not given"
anew
quietly arkive dump --zk "$zk" "${to[@]}"
expect_line "is not signed, and run"
expect_status 4 arkive verify --from store "${public[@]}"
expect_line "it is not signed, and the runs before it are"
expect_status 1 arkive "${restored[@]}" --from store
expect_line "it is not signed"
expect_status 0 arkive "${restored[@]}" --from "store@$second" --dry-run --no-dump-before
ok "what is changed, exchanged, missing, not signed or signed by another is named and not restored"

# ---- the store as it stood before
anew
quietly tool configs -- --alter --entity-type topics --entity-name orders --add-config retention.ms=2000000
quietly arkive dump --zk "$zk" "${to[@]}" "${signing[@]}"
expect_status 0 arkive verify --from store "${public[@]}" --last-seen seen.json
cp -a store newest
anew
expect_status 0 arkive verify --from store "${public[@]}"
expect_status 4 arkive verify --from store "${public[@]}" --last-seen seen.json
expect_line "rolled back"
expect_status 2 arkive verify --from store --last-seen seen.json
rm -rf store && mv newest store
expect_status 0 arkive verify --from store "${public[@]}" --last-seen seen.json
ok "a store put back is found by who remembers, and by nobody else"

# ---- a changed record, its checksum and its list's hash left alone
cp -a store good-2
segment=$(find store/topics -name '*.log' -size +0 | head -1)
printf '\x01' | dd of="$segment" bs=1 seek=15 conv=notrunc status=none   # of the batch's first bytes, which no CRC covers
expect_status 1 arkive restore topics --from store "${public[@]}" --kafka "$kafka" --rename orders=copied
expect_line "prove run"
expect_status 1 arkive export --from store "${public[@]}" orders -o orders.jsonl
[ ! -e orders.jsonl ] || failed "something was exported"
rm -rf store && mv good-2 store
expect_status 0 arkive export --from store "${public[@]}" orders -o orders.jsonl
expect_equal "records exported" 300 "$(wc -l < orders.jsonl)"
expect_status 0 arkive restore topics --from store "${public[@]}" --kafka "$kafka" --rename orders=copied
expect_status 0 arkive restore znodes --from store "${public[@]}" --zk "$zk" --path /config/topics/orders --no-dump-before
ok "what is proven is restored; one changed byte is not"

# ---- a plan and its apply
quietly arkive archive --kafka "$kafka" "${to[@]}" "${signing[@]}"
quietly producer delete-topic orders --bootstrap "$kafka"
is_deleted() { ! tool topics -- --list 2> err | grep -qx orders; }
until_true "the topic is gone" is_deleted
expect_status 0 arkive plan --from store "${public[@]}" --kafka "$kafka" --zk "$zk" -o plan.json
expect_status 1 arkive apply plan.json --public-key thief.key.pub --yes
expect_line "which was not given"
is_deleted || failed "a topic was made of what is not proven"
expect_status 0 arkive apply plan.json "${public[@]}" --yes
quietly producer read --topic orders --bootstrap "$kafka"
expect_equal "records of the topic" 300 "$(grep -c . out)"
expect_status 0 arkive history --from store "${public[@]}"
expect_line "apply"
ok "a plan of what is proven is applied, and proven again by the restores it runs"

# ---- runs that their owner removes, and copies
cp -a store attacked   # one is made the oldest, so that the rules would take it, and its owner sign for it
reseal "attacked/runs/prod/$second.json" 'o["started_ms"] -= 40 * 86400000'
expect_status 3 arkive prune --from attacked --keep 1 "${signing[@]}"
expect_line "runs/prod/$second.json stays"
expect_status 4 arkive verify --from attacked "${public[@]}"
expect_line "$second: its signature does not fit"
expect_status 3 arkive copy --from attacked --to proven "${public[@]}"
expect_line "runs/prod/$second.json is not copied"
expect_status 2 arkive dump --zk "$zk" --to attacked --to another --cluster prod "${signing[@]}"
[ ! -e another ] || failed "a store was made"
rm -rf attacked
expect_status 2 arkive prune --from store --keep 1
expect_line "give --signing-key"
expect_status 0 arkive prune --from store --keep 1 "${signing[@]}"
grep -q "^$first .* removed$" out || failed "the first run is removed"
expect_status 0 arkive verify --from store "${public[@]}" --last-seen seen.json
if has_cryptography; then expect_status 0 check_by_the_page store sign.key.pub; fi
head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \n' > store.key; chmod 600 store.key
expect_status 0 arkive copy --from store --to sealed --to-key-file store.key "${signing[@]}"
expect_status 0 arkive verify --from sealed --key-file store.key "${public[@]}"
expect_status 0 arkive dump --zk "$zk" --to sealed --cluster prod --key-file store.key "${signing[@]}"
(umask 077; head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \n' > other.key)
expect_status 0 arkive key rotate --from sealed --key-file store.key --new-key-file other.key "${signing[@]}"
expect_status 0 arkive verify --from sealed --key-file other.key "${public[@]}"
expect_status 0 arkive copy --from store --to unsigned-gap
expect_status 4 arkive verify --from unsigned-gap "${public[@]}"
expect_line "of key"
ok "a removal that is signed for is no theft; a copy in another kind of store keeps its proof"

# ---- the history
expect_status 0 arkive history --from store "${public[@]}"
for word in dump archive "restore topics" "restore znodes" prune "$(hostname)"; do expect_line "$word"; done
expect_status 0 arkive history --from store "${public[@]}" --json
expect_json '[r["number"] for r in d["records"]] == list(range(1, len(d["records"]) + 1))'
expect_json '{r["command"]: r["signed"] for r in d["records"]}["prune"] and d["findings"] == []'
expect_status 0 arkive history --from sealed --key-file other.key --json
expect_json '[r["command"] for r in d["records"]] == ["copy", "dump", "key rotate"]'
expect_status 2 arkive history --from git:history.git
sed -i 's/"user": "[^"]*"/"user": "nobody"/' store/history/0000000002.json
expect_status 4 arkive history --from store
expect_line 0000000002.json
expect_status 4 arkive verify --from store "${public[@]}"
expect_line 0000000002.json
ok "the history tells who did what, and shows when it is changed"
