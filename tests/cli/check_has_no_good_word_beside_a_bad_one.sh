. "$(dirname "$BASH_SOURCE")/trees.inc"
night_1 > tree; scripted_dump tree plain > /dev/null
arkive key make key > /dev/null
check() { arkive check --zk 127.0.0.1:1 --timeout 1s "$@" | sed -E 's/, [0-9.]+ [KMGT]iB free/, * free/; s/(git: git version).*/\1 */; s/(BAD   ensemble 127.0.0.1:1:).*/\1 */'; echo "status ${PIPESTATUS[0]}"; }
check
check --to plain --to new/store --to git:new.git
check --to plain --key-file key
check --to plain --to dir:plain/
check --to git:new.git --key-file key
ls -A
