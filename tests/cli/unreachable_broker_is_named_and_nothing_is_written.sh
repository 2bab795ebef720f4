arkive archive --kafka 127.0.0.1:1 --to store --cluster prod --timeout 500ms
status=$?
ls -A
exit $status
