. "$(dirname "$BASH_SOURCE")/trees.inc"
night_1 > tree; scripted_dump tree git:zoo.git > /dev/null; scripted_dump tree store > /dev/null
refused() { "$@" > out 2> err; [ $? = 2 ] && cat err || { echo "not refused: $*"; cat out err; }; }
dump() { refused arkive dump --zk 127.0.0.1:1 --timeout 1s "$@"; }
dump --to new --break-lock
dump --to store --break-lock
dump --to s3://bucket/zoo --break-lock
dump --to new --push file:///x
dump --to git:new.git --push-secrets
refused arkive archive --kafka 127.0.0.1:1 --to new --interval 5s
refused arkive check --zk 127.0.0.1:1 --key-file key
refused arkive verify --from git:zoo.git --level presence
refused arkive verify --from git:zoo.git --part 1/7
refused arkive verify --from store --command-config client.properties
refused arkive show --from store /config --format json
refused arkive show --from store --limit 3
refused arkive plan --from store --zk-auth-file auth
refused arkive restore znodes --from store --zk 127.0.0.1:1 --dump-before kept --no-dump-before
ls -d new* kept 2> /dev/null
true
