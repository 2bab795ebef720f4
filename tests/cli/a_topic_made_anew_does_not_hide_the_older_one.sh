. "$(dirname "$BASH_SOURCE")/archives.inc"
archives store
ARKIVE_NOW=2026-11-23T02:30:00Z scripted_archive store 3 > archive-3
arkive show --from store orders
arkive show --from store orders/0
older=$(arkive show --from store orders | sed -n 's/^note: another topic.*: //p')
arkive show --from store "$older/0@5"
arkive -q export --from store "$older/1"
arkive show --from "store@$(cat archive-2)" orders/0@6
