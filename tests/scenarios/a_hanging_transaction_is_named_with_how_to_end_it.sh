#!/usr/bin/env bash
# A producer dies within a transaction: the run names it and the command that ends it; after that command the next run is whole.
. "$(dirname "$0")/scenario.inc"
start --kafka 1 --zookeeper 1
producer() { "$RECORD_PRODUCER" "$@" --bootstrap "$kafka"; }
quietly() { producer "$@" > out 2> err < /dev/null || failed "record_producer $*"; }

quietly create-topic payments --partitions 2
quietly produce --topic payments --partitions 2 --records 20
# Not through the function: the program itself is to be killed, not a shell around it.
"$RECORD_PRODUCER" produce --topic payments --partition 1 --records 4 --transaction left-open --last open --transaction-timeout 900s --stay --bootstrap "$kafka" > open.lines 2> err &
while ! grep -qs staying open.lines; do kill -0 $! 2> err || failed "a transaction is left open"; done
{ kill -KILL $! && wait $!; } 2> /dev/null

expect_status 3 arkive archive --kafka "$kafka" --to store --transaction-wait 1s --topics payments --json
expect_json '[m["object"] for m in d["run"]["missing"]] == ["partition payments-1"]'
cause=$(json_of 'd["run"]["missing"][0]["cause"]' < out)
expect_line ", coordinator epoch "
command=${cause##*this aborts it: kafka-transactions.sh }
[ "$command" != "$cause" ] || failed "a command is named: $cause"
ok "the run names the transaction and how to end it: $command"

tool transactions -- $command > out 2> err || failed "kafka-transactions $command"
expect_status 0 arkive archive --kafka "$kafka" --to store --transaction-wait 60s --topics payments
expect_status 0 arkive verify --from store
expect_status 0 arkive show --from store payments/1 --limit 100
expect_line "<aborted>"
expect_line "<abort, coordinator epoch "
expect_status 0 arkive export --from store payments
expect_equal "records that were committed" 20 "$(grep -c offset out)"
ok "after that command the next run is whole, and the records are aborted ones"
