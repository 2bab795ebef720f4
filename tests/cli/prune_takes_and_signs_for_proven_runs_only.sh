. "$(dirname "$BASH_SOURCE")/trees.inc"
arkive key make-signing sign.key --quiet; arkive key make-signing next.key --quiet
cat next.key.pub sign.key.pub > both.pub
night_1 > night
signed() { SIGN_WITH=$2 at "$1" scripted_dump night store; }
told() { at 26 "$@" 2>&1 | sed -E 's/key [0-9a-f]{16}/key KEY/'; printf 'status %s\n' "${PIPESTATUS[0]}"; }
anew() { rm -rf store; cp -a good store; }
for day in 11 12 13 14; do signed $day sign.key > run-$day; done
cp -a store good

echo "--- one that was changed, and would be the oldest: it stays, and is not signed away"
reseal "store/runs/main/$(cat run-13).json" 'o["started_ms"] -= 40 * 86400000'
told arkive prune --from store --keep 3 --signing-key sign.key --dry-run
told arkive prune --from store --keep 3 --signing-key sign.key
told arkive prune --from store --keep 2 --signing-key sign.key | tail -4
told arkive verify --from store --public-key sign.key.pub
arkive history --from store --public-key sign.key.pub --json | python3 -c 'import json, sys; print([(r["words"], len(r["runs"])) for r in json.load(sys.stdin)["records"]])'
echo "--- removed by name: it goes, its number stays missing until it is back from a copy"
forged=$(cat run-13)
told arkive prune --from store --keep 2 --signing-key sign.key --remove-unproven "$(cat run-14)"
told arkive prune --from store --keep 2 --signing-key sign.key --remove-unproven 20200101T000000Z-000000
told arkive prune --from store --keep 2 --remove-unproven "$forged"
told arkive prune --from store --keep 2 --public-key sign.key.pub --remove-unproven "$forged"
told arkive prune --from store --keep 2 --signing-key sign.key --remove-unproven "$forged"
told arkive verify --from store --public-key sign.key.pub
ls store/trees/main | wc -l
python3 -c 'import json; r = json.load(open("store/history/0000000002.json")); print(r["words"], r["removed"], [{**run, "id": "ID"} for run in r["runs"]])'
told arkive copy --from "good@$forged" --to store --signing-key sign.key | grep copied
told arkive verify --from store --public-key sign.key.pub

echo "--- runs that nobody signed, planted behind: they push nothing out"
anew
at 21 scripted_dump night store > planted-1; at 22 scripted_dump night store > planted-2
told arkive prune --from store --keep 2 --signing-key sign.key
at 26 arkive prune --from store --keep 2 --signing-key sign.key --json | python3 -c '
import json, sys
d = json.load(sys.stdin)
print([len(d[of]) for of in ("removed", "kept", "unproven", "refused")], sorted(d["kept"][-1]))'

echo "--- those from before the first signed one follow the rules"
rm -rf store
for day in 01 02 03; do at $day scripted_dump night store > run-$day; done
signed 04 sign.key > run-04
told arkive prune --from store --keep 2 --signing-key sign.key
told arkive verify --from store --public-key sign.key.pub

echo "--- another key: the runs of the one before count with its public key, and only then"
anew
signed 15 next.key > run-15
told arkive prune --from store --keep 2 --signing-key next.key
told arkive prune --from store --keep 2 --signing-key next.key --public-key sign.key.pub
told arkive verify --from store --public-key both.pub
told arkive prune --from store --keep 1
