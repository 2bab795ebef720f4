. "$(dirname "$BASH_SOURCE")/archives.inc"
archives store
arkive show --from store orders/0
arkive show --from store orders/0@3 --limit 1
arkive show --from store orders/0@2026-11-21T00:00:04Z --format hex
arkive show --from store orders/0@2026-11-21T00:00:03.500Z --format json
arkive show --from "store@$(cat archive-1)" orders/1
arkive show --from store payments/0
arkive show --from store payments/0 --json --limit 3 | python3 -c 'import json,sys; d=json.load(sys.stdin); print(d["next_offset"], d["archive_end"], [(r["offset"], r.get("aborted"), r.get("control")) for r in d["records"]])'
