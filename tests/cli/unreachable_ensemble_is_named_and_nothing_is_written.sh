arkive dump --zk 127.0.0.1:1 --to store --timeout 500ms
status=$?
arkive list --from store
exit $status
