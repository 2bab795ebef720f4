. "$(dirname "$BASH_SOURCE")/archives.inc"
archives store
arkive -q export --from store orders
arkive -q export --from store orders/0 --format csv --from-offset 3 --until-offset 6 | cat -v
arkive -q export --from store orders --from-time 2026-11-21T00:00:02Z --until-time 2026-11-21T00:00:04Z
on_standard_output arkive export --from store payments
on_standard_output arkive export --from store payments --all
arkive export --from store orders -o orders.jsonl
stat -c '%a %n' orders.jsonl; wc -l < orders.jsonl; ls -A | grep -v -e archive- -e orders.jsonl
arkive export --from store orders -o missing/orders.jsonl; echo "exit $?"
arkive export --from store orders -o store; echo "exit $?"
