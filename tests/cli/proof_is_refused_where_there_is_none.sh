. "$(dirname "$BASH_SOURCE")/trees.inc"
nights store git:zoo.git
arkive key make-signing sign.key --quiet
told() { "$@" > out 2> err; printf 'status %s\n' "$?"; cat out; sed -E 's/^[0-9T:Z-]+ (info|warning): /\1: /' err; }
told arkive verify --from git:zoo.git --public-key sign.key.pub
told arkive prune --from git:zoo.git --keep 1 --signing-key sign.key
told arkive history --from git:zoo.git
told arkive verify --from store --last-seen seen.json
told arkive list --from store --public-key sign.key.pub
told arkive verify --from store --public-key sign.key
told arkive verify --from store --public-key sign.key.pub
told arkive restore znodes --from store --public-key sign.key.pub --zk localhost:1 --timeout 1s
told arkive history --from store
told arkive prune --from store --keep 2 --signing-key sign.key
chmod 640 sign.key
told arkive prune --from store --keep 1 --signing-key sign.key
arkive history --from store --public-key sign.key.pub --json | python3 -c 'import json, sys; print([(r["number"], r["command"], r["words"], r["proven"], len(r["runs"])) for r in json.load(sys.stdin)["records"]])'
