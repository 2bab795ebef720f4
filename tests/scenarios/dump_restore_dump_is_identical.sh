#!/usr/bin/env bash
# Trees with the worst names, data and ACLs: from a repository onto a server and back into a dump nothing changes. SEED=N repeats one.
. "$(dirname "$0")/scenario.inc"
seed=${SEED:-$((RANDOM * 32768 + RANDOM))}
echo "seed $seed"
start --zookeeper 1
zk=$zookeeper
python3 - "$seed" "$(digest_of alice:wonderland)" <<'PYTHON' > tree || failed "the tree is made"
import random, sys
random.seed(int(sys.argv[1]))
alice = sys.argv[2]
# ZooKeeper takes no control characters, no surrogates, no U+F0000.. and neither "." nor ".."; the rest is allowed.
names = ["...", ".hidden", "..hidden", "trailing.", "trailing ", " leading", "  ", ".git", ".GIT", ".git ", ".gitmodules", ".gitattributes",
  ".gitignore", ".mailmap", "git~1", "GITMOD~4", ".g\u200cit", ".gitmodule\u200cs", "a\\\\.git", "a\\\\..\\\\b", "C:", "a:$DATA", "CON", "nul.tar.gz",
  "aux.", "COM1", "lpt\u00b3.txt", "-rf", "--help", "*", "?", "<script>", "a|b", '"quoted"', "'single'", "$(id)", "`id`", ";", "&", "!", "#", "~root",
  "%", "%%", "%2e%2e", "%2F", "%00", "%self", "%list", "%long-abc", "%41", "\u00e9", "e\u0301", "\u00c9", "\u212b", "\u00c5", "\u00df", "ss", "SS",
  "\u0130", "I", "i", "\u0131", "\u017f", "\u212a", "k", "K", "\ufb01", "fi", "orders", "Orders", "ORDERS", "a\u00ad", "a", "A", "a\u200b", "\u2028",
  "\u202eabc", "\ufeff", "CN=alice,O=acme", "user@host", "a b", ".arkive", "arkive.json", "content", "_c_0123456789-lock-0000000001",
  "n" * 200, "n" * 201, ":" * 66, ":" * 67, "x" * 255, "x" * 256, "L" * 4000, "l" * 4000]
acls = ["", "", "", "world:anyone:r", f"digest:{alice}:cdrwa", f"digest:{alice}:cdrwa world:anyone:r", "ip:127.0.0.1:cdrwa", "world:anyone:cdrw",
  f"digest:{alice}:a world:anyone:cr"]
acls.append(" ".join([f"digest:{alice}:cdrwa"] + [f"digest:user{i}:{'h' * 27}=:{random.choice(['r', 'rw', 'cdrwa'])}" for i in range(99)]))
def data():
    kind = random.randrange(8)
    if kind == 0: return b"\\N"
    if kind == 1: return b""
    if kind == 2: return bytes(random.choice([c for c in range(256) if c not in (9, 10, 92)]) for _ in range(random.randrange(1, 300)))
    if kind == 3: return b"line\\nline\\n\\ttab\\\\"
    if kind == 4: return bytes([random.randrange(128, 256)]) * random.randrange(1, 50000)
    return b"value %d" % random.randrange(1000)
out = sys.stdout.buffer
out.write(b"/\t\n")
paths = ["/t"]
out.write(b"/t\t\n")
for name in names:
    paths.append("/t/" + name)
for _ in range(300):
    parent = random.choice(paths[1:])
    if len(parent) < 2000: paths.append(parent + "/" + random.choice([n for n in names if len(n) < 1000]) + (str(random.randrange(99)) if random.random() < .5 else ""))
for path in dict.fromkeys(paths[1:]):
    assert "\t" not in path and "\n" not in path
    out.write(path.replace("\\\\", "\\").encode() + b"\t" + data() + b"\t" + random.choice(acls).encode() + b"\n")
out.write(b"/t/big\t" + b"\xff" * 900000 + b"\t\n")
PYTHON
echo "$(wc -l < tree) znodes"
umask 077; echo digest:alice:wonderland > alice.auth
mine=(--zk-auth-file "$scratch/alice.auth")
"$scripted_dump" tree seed git:seed.git > /dev/null 2> err || failed "the scripted dump"
tree_of() { arkive show --from "$1" --json | json_of 'd["tree"]["sha256"]'; }
wanted=$(tree_of seed)
expect_equal "tree of the two seeds" "$wanted" "$(tree_of git:seed.git)"

expect_status 0 arkive restore znodes --from seed --zk "$zk" "${mine[@]}"
expect_status 0 arkive dump --zk "$zk" --to back --to git:back.git "${mine[@]}"
for from in back git:back.git; do
  expect_equal "tree of $from" "$wanted" "$(tree_of "$from")"
  expect_status 0 arkive verify --from "$from"
done
git -C back.git fsck --strict > out 2>&1 || failed "git fsck --strict"
ok "restored and dumped again: the same tree ($wanted)"

expect_status 0 arkive restore znodes --from git:back.git --zk "$zk" "${mine[@]}" --json
expect_json 'd["report"]["created"] == 0 and d["report"]["overwritten"] == 0 and set(d["plan"]["counts"]) == {"same"}'
ok "a second restore finds all the same"

printf 'create /chroot x\ncreate /chroot/deeper ""\n' | znodes "$zk"
expect_status 0 arkive restore znodes --from back --zk "$zk/chroot/deeper" "${mine[@]}"
expect_status 0 arkive dump --zk "$zk/chroot/deeper" --to chrooted "${mine[@]}"
expect_equal "tree below the chroot" "$wanted" "$(tree_of chrooted)"
ok "into a chroot: the same tree"

expect_status 0 arkive restore znodes --from back --zk "$zk" --path /t --onto /elsewhere "${mine[@]}"
expect_status 0 arkive restore znodes --from back --zk "$zk/elsewhere" --path /t --onto / "${mine[@]}" --dry-run
expect_no_line create
ok "relocated onto another path: all is there"

printf 'auth digest alice:wonderland\ncreate /w a\ncreate /w/one 1\ncreate /w/two 2\n' | znodes "$zk"
expect_status 0 arkive dump --zk "$zk" --to words --path /w
printf 'set /w/one changed\nset /w/two changed\n' | znodes "$zk"
expect_status 3 arkive restore znodes --from words --zk "$zk" --path /w --overwrite '/w/o*' --no-dump-before
expect_equal "named by the glob" 1 "$(printf 'get /w/one\n' | znodes "$zk")"
expect_equal "not named" changed "$(printf 'get /w/two\n' | znodes "$zk")"
expect_line "differs (kept)     /w/two"
ok "--overwrite replaces what its glob matches, and keeps the rest by name"

{ echo 'create /queue x'; for _ in 1 2 3 4 5 6 7; do echo 'sequential /queue/n- x'; done; for i in 1 3 5 6; do echo "delete /queue/n-000000000$i"; done
  echo 'create /queue/empty x'; for _ in 1 2 3; do echo 'sequential /queue/empty/n- x'; done; for i in 0 1 2; do echo "delete /queue/empty/n-000000000$i"; done; } | znodes "$zk" > /dev/null
expect_status 0 arkive dump --zk "$zk" --to counters --path /queue
expect_status 0 arkive restore znodes --from counters --zk "$zk" --path /queue --onto /queue2
for parent in /queue /queue/empty; do
  to=/queue2${parent#/queue}
  next=$(printf 'sequential %s/n- x\n' "$parent" | znodes "$zk"); got=$(printf 'sequential %s/n- x\n' "$to" | znodes "$zk")
  [ "${got##*/}" = "${next##*/}" ] || [[ ${got##*-} > ${next##*-} ]] || failed "the next sequential child of $to is $got, of $parent $next"
  expect_equal "next number below $to" "${next##*/}" "${got##*/}"
done
ok "sequence counters go on where they stood"
