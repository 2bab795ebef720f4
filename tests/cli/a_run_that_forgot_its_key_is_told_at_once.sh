. "$(dirname "$BASH_SOURCE")/archives.inc"
set -o pipefail
arkive key make-signing sign.key --quiet
mkdir -p burry/a; printf x > burry/content; printf y > burry/a/content
printf '{"snapshot-date":"2026-11-20T23:30:00Z","svc":"zk","svc-endpoint":"zk1:2181","target":"local","target-endpoint":"/"}' > burry/.burrymeta
written() { on_standard_output arkive import burry burry --to "$1" --cluster main "${@:2}"; printf 'status %s\n' "${PIPESTATUS[0]}"; }
written unsigned --quiet
written unsigned --quiet
written store --quiet --signing-key sign.key
written store --quiet
written git:history.git --quiet
written git:history.git --quiet
