. "$(dirname "$BASH_SOURCE")/archives.inc"
archives store
arkive show --from store
arkive show --from "store@$(cat archive-1)" | head -3
arkive show --from store orders
arkive show --from store payments
arkive show --from store --json | python3 -c 'import json,sys; d=json.load(sys.stdin); print(d["what"], [(t["topic"], t["records"]) for t in d["topics"]], d["groups"][0]["lag"])'
arkive show --from store orders --json | python3 -c 'import json,sys; d=json.load(sys.stdin); print(d["configs"], [p["next_offset"] for p in d["partitions"]], d["groups"])'
