#!/usr/bin/env bash
# --metrics writes a textfile that Prometheus takes, also when the dump fails; the last success is carried over.
. "$(dirname "$0")/scenario.inc"
. "$scenarios/metrics.inc"
start --zookeeper 1
zk=$zookeeper
dump() { arkive dump --zk "$zk" --to store --cluster prod --metrics arkive.prom "$@"; }
now=$(date +%s)
printf 'create /app x\ncreate /app/a 12345\n' | znodes "$zk"

expect_status 0 dump
expect_mode_644
python3 - <<'PYTHON' > out 2>&1 || failed "the file is in the text exposition format, every series with its type"
import re
typed = set()
text = open("arkive.prom").read()
assert text.endswith("\n")
for line in text.splitlines():
    if line.startswith("# TYPE "): typed.add(line.split()[2])
    elif not line.startswith("#"):
        found = re.fullmatch(r'([a-z_]+)\{cluster="prod"\} (-?[0-9.e+]+)', line)
        assert found and found[1] in typed, line
        typed.discard(found[1])
assert not typed, typed
PYTHON
for series in last_run_timestamp_seconds exit_status duration_seconds last_whole_success_timestamp_seconds znodes data_bytes changed_files \
  unreadable_znodes masked_acls quiet; do
  [ -n "$(value "arkive_dump_$series")" ] || failed "the series arkive_dump_$series: $(cat arkive.prom)"
done
expect_alert_rules_served arkive_dump_
expect_series arkive_dump_exit_status 0
expect_series arkive_dump_unreadable_znodes 0
expect_series arkive_dump_quiet 1
success=$(value arkive_dump_last_whole_success_timestamp_seconds)
[ "${success%.*}" -ge "$now" ] || failed "the last success is not now: $success"
ok "all series of docs/metrics.md and of the alert rules are there, mode 0644"

printf 'create /app/closed x digest:alice:nohash:r\n' | znodes "$zk"
expect_status 3 dump
expect_series arkive_dump_exit_status 3
expect_series arkive_dump_unreadable_znodes 1
expect_series arkive_dump_last_whole_success_timestamp_seconds "$success"
ok "a dump that is not whole says so and keeps the last success"

printf 'auth digest alice:x\ndelete /app/closed\n' | znodes "$zk"
expect_status 0 dump
again=$(value arkive_dump_last_whole_success_timestamp_seconds)
python3 -c "import sys; sys.exit(0 if $again >= $success else 1)" || failed "the last success goes on"
stop
expect_status 1 dump --timeout 2s
expect_series arkive_dump_exit_status 1
expect_series arkive_dump_last_whole_success_timestamp_seconds "$again"
expect_equal "znodes of a dump that read nothing" "" "$(value arkive_dump_znodes)"
ok "a failed dump writes them too, the last success is carried over"
expect_status 1 arkive dump --zk "$zk" --to store --cluster prod --metrics first.prom --timeout 1s
grep -q '^arkive_dump_last_whole_success_timestamp_seconds{cluster="prod"} 0$' first.prom || failed "0 when there never was a success"
ok "never a success is 0"
