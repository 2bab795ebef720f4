. "$(dirname "$BASH_SOURCE")/trees.inc"
. "$(dirname "$BASH_SOURCE")/archives.inc"
set -o pipefail
night_1 > night; scripted_dump night plain > run
arkive key make-signing sign.key --quiet
for key in a b c d; do arkive key make $key.key --quiet; done
arkive copy --from plain --to store --to-key-file a.key > /dev/null 2>&1
for key in b c d; do arkive key add --from store --key-file a.key --new-key-file $key.key --quiet; done
id_of() { arkive key list --from store --key-file "$1" --json | python3 -c 'import json, sys; print(next(k["id"] for k in json.load(sys.stdin) if k["opens"]))'; }
removed() { on_standard_output arkive key remove --from store "$@" | sed -E 's/[0-9a-f]{16}/KEY/'; printf 'status %s\n' "${PIPESTATUS[0]}"; }
b=$(id_of b.key); c=$(id_of c.key); d=$(id_of d.key)
removed "$b" --key-file b.key --signing-key sign.key --quiet
removed "$d" --key-file b.key
removed "$d"
ARKIVE_KEY_FILE=a.key removed "$c"
arkive history --from store --key-file a.key --public-key sign.key.pub --json | IDS="$b $c $d" python3 -c '
import json, os, sys
names = dict(zip(os.environ["IDS"].split(), "bcd"))
for r in json.load(sys.stdin)["records"]:
    words = r["words"]
    for id, name in names.items(): words = words.replace(id, name)
    if r["command"] == "key remove": print(r["command"], "|", words, "|", r["outcome"], "|", r["proven"])'
arkive key list --from store --json | python3 -c 'import json, sys; print(len(json.load(sys.stdin)))'
