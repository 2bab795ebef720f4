. "$(dirname "$BASH_SOURCE")/archives.inc"
no_ids() { sed -E 's/[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}/RUN/g'; }
merge() { arkive merge --from "$@" > merged 2> progress; status=$?; no_ids < merged; }
archives store
merge store --dry-run
merge store --smaller-than 100
merge store --topics payments
merge store --topics orders
arkive show --from store orders --json | python3 -c '
import json, sys
d = json.load(sys.stdin)
for s in d["partitions"][0]["segment_list"]: print(s["base_offset"], s["next_offset"], s.get("merge", 0), s["records"])'
arkive list --from store | tail -1 | no_ids | sed -E 's/ +/ /g'
arkive merge --from store --json 2> progress | python3 -c '
import json, sys
print(json.dumps(json.load(sys.stdin), sort_keys=True))' | no_ids
arkive verify --from store
arkive history --from store | grep -c ' merge '
arkive prune --from store --keep 1 | tail -1
arkive verify --from store
# Damage stays where it is, and is told.
archives other
segment=$(find other/topics -path '*/orders@*/0/g0/00000000000000000000.log')
cp "$segment" sound
printf X | dd of="$segment" bs=1 seek=100 conv=notrunc status=none
merge other
echo "with damage: $status"
cp sound "$segment"
merge other --topics orders
echo "with a run that lacks something: $status"
merge other
echo "with nothing to merge: $status"
arkive merge --from store --keep-records soon
echo "for a span that is none: $?"
arkive merge --from git:nowhere
echo "of a git history: $?"
arkive merge --from store --cluster none
echo "of a cluster that is not there: $?"
