. "$(dirname "$BASH_SOURCE")/archives.inc"
archives store
for what in ordres orders/7 orders/0@99 orders/0@2030-01-01 orders/x orders@3 orders/0@soon /brokers; do
  arkive show --from store "$what"; echo "exit $?"
done
arkive export --from store orders --from-offset 2; echo "exit $?"
arkive export --from store orders/0@2; echo "exit $?"
arkive export --from store orders --from-offset 2 --from-time 2026-11-21; echo "exit $?"
. "$(dirname "$BASH_SOURCE")/trees.inc"
nights store2 git:history.git
arkive show --from store orders@bbbbbbbbbbbbbbbbbbbbbA; echo "exit $?"
arkive show --from store2 orders; echo "exit $?"
arkive show --from git:history.git orders; echo "exit $?"
