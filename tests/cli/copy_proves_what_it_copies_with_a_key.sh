. "$(dirname "$BASH_SOURCE")/trees.inc"
arkive key make-signing sign.key --quiet
night_1 > night
signed() { SIGN_WITH=sign.key at "$1" scripted_dump night store; }
told() { "$@" 2>&1 | sed -E 's/^[0-9T:Z-]+ (info|warning): /\1: /'; printf 'status %s\n' "${PIPESTATUS[0]}"; }
for day in 11 12 13; do signed $day > run-$day; done
cp -a store good

echo "--- a run that was changed"
reseal "store/runs/main/$(cat run-12).json" 'o["summary"] = "nothing happened"'
told arkive copy --from store --to plain
told arkive verify --from plain --public-key sign.key.pub
told arkive copy --from store --to proven --public-key sign.key.pub
told arkive copy --from store --to proven --signing-key sign.key --json
told arkive copy --from "store@$(cat run-12)" --to one --public-key sign.key.pub
arkive list --from proven --json | python3 -c 'import json, sys; print(len(json.load(sys.stdin)))'

echo "--- the same in a copy that has it as it was"
rm -rf plain; told arkive copy --from good --to plain
told arkive copy --from store --to plain

echo "--- one key, two stores"
for command in "dump --zk localhost:1 --timeout 1s" "import burry nowhere.zip --cluster main"; do
  told arkive $command --to a --to b --signing-key sign.key
  ls -d a b 2>&1 | wc -l; [ ! -e a ] && [ ! -e b ] || echo "something was made"
done
