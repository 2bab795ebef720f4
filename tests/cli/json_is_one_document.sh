. "$(dirname "$BASH_SOURCE")/trees.inc"
nights git:zoo.git
for command in "list" "show" "log" "diff @A@ latest" "verify" "prune --keep 2 --dry-run" "show /config/topics/orders"; do
  set -- ${command/@A@/$(cat run-1)}
  name=$1; shift
  at 21 arkive "$name" --from git:zoo.git --json "$@" | python3 -c 'import json,sys; d=json.load(sys.stdin); print(type(d).__name__, len(d))' && echo "$name ok"
done
