#!/usr/bin/env bash
# archive --metrics writes a textfile that Prometheus takes, with --follow after every run; up to when all is archived outlives failures.
. "$(dirname "$0")/scenario.inc"
. "$scenarios/metrics.inc"
start --zookeeper 1 --kafka 1
archive() { arkive archive --kafka "$kafka" --to store --cluster prod --metrics arkive.prom "$@"; }
now=$(date +%s)
"$RECORD_PRODUCER" create-topic orders --partitions 2 --bootstrap "$kafka" > out 2>&1 || failed "create a topic"
"$RECORD_PRODUCER" produce --topic orders --partitions 2 --records 20 --bootstrap "$kafka" > out 2>&1 || failed "produce"

expect_status 0 archive
expect_mode_644
expect_alert_rules_served arkive_archive_
for one in $(sed -n '/^`arkive archive --metrics/,/^`arkive drill --metrics/s/^| //p' "$scenarios/../../docs/metrics.md" | sed 's/ | .*//; s/`//g; s/,//g' |
  sed 's/ _/ arkive_archive_/g'); do
  case $one in arkive_archive_*) ;; *) continue ;; esac
  [ -n "$(value "$one")" ] || failed "the series $one is written: $(cat arkive.prom)"
done
expect_series arkive_archive_exit_status 0
expect_series arkive_archive_not_whole 0
expect_series arkive_archive_changed_partitions 2
cut=$(value arkive_archive_last_cut_timestamp_seconds)
[ "${cut%.*}" -ge "$now" ] || failed "the cut is not now: $cut"
ok "all series of docs/metrics.md and of the alert rules are there, mode 0644"

"$arkive_program" archive --kafka "$kafka" --to store --cluster prod --metrics arkive.prom --follow --interval 100ms --quiet > out 2> err &
follower=$!
deadline=$((SECONDS + 60))
until [ "$(value arkive_archive_last_cut_timestamp_seconds)" -gt "$cut" ]; do
  [ $SECONDS -lt $deadline ] || failed "--follow moves the cut: $(cat arkive.prom err)"
done
kill -TERM "$follower"
wait "$follower" || failed "--follow ends with status 0 after SIGTERM"
cut=$(value arkive_archive_last_cut_timestamp_seconds)
ok "--follow writes them after every run"

stop
expect_status 1 archive --timeout 2s
expect_series arkive_archive_exit_status 1
expect_series arkive_archive_last_cut_timestamp_seconds "$cut"
expect_equal "topics of a run that saw none" "" "$(value arkive_archive_topics)"
ok "a failed run writes them too, the last cut is carried over"
