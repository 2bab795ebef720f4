. "$(dirname "$BASH_SOURCE")/trees.inc"
. "$(dirname "$BASH_SOURCE")/archives.inc"
nights store
archives store
arkive list --from store
arkive list --from store --json | python3 -c 'import json,sys; print([run["what"] for run in json.load(sys.stdin)])'
arkive show --from store | sed -n -e 1p -e '$p'
arkive show --from "store@$(cat archive-1)" | sed -n -e 1p -e '/^TOPIC/,$p'
arkive show --from store /config/topics/orders | head -1
