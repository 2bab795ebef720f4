. "$(dirname "$BASH_SOURCE")/archives.inc"
archives store
log=$(ls store/topics/main/orders@*/0/g0/00000000000000000000.log)
printf X | dd of="$log" bs=1 seek=100 conv=notrunc status=none
arkive show --from store orders/0 --limit 2; echo "exit $?"
arkive -q export --from store orders -o out; echo "exit $?"; ls -A | grep out
arkive show --from store orders/0@6; echo "exit $?"
