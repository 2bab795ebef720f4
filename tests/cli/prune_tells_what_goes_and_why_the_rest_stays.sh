. "$(dirname "$BASH_SOURCE")/trees.inc"
. "$(dirname "$BASH_SOURCE")/archives.inc"
nights store
archives store
no_year() { sed -E 's/yearly [0-9]{4}/yearly YEAR/g'; }
# The last dump and the last archive, each counted by itself.
at 23 arkive prune --from store --keep 1 --keep-yearly 1 --dry-run | no_year
at 23 arkive prune --from store --keep 2 --dry-run --json | python3 -c '
import json, sys
d = json.load(sys.stdin)
print(sorted(d))
print(d["cluster"], d["dry_run"], d["tree_bytes"] > 0, d["lists"], d["segments"], d["refused"], d["notes"])
print([sorted(run) for run in d["removed"]], [run["reasons"] for run in d["kept"]])'
arkive list --from store | wc -l
at 23 arkive prune --from store --keep 1 --keep-yearly 1 | no_year
arkive verify --from store
at 23 arkive prune --from store --keep 1 --keep-yearly 1 | tail -1
arkive prune --from store
echo "without a rule: $?"
arkive prune --from store --keep 0 --keep-daily 0
echo "with rules that keep nothing: $?"
arkive prune --from store --keep-within soon
echo "with a span that is none: $?"
