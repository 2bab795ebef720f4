. "$(dirname "$BASH_SOURCE")/trees.inc"
night_1 > tree; scripted_dump tree plain > /dev/null
arkive key make key > /dev/null; printf 'short\n' > passphrase; chmod 600 passphrase
mkdir taken; touch taken/file
dump() { arkive dump --zk 127.0.0.1:1 --timeout 1s "$@" || echo "status $?"; }
dump --to new --to plain --key-file key
dump --to new --to taken
dump --to git:new.git --to new --passphrase-file passphrase
dump --to new --to git:plain
dump --to new --to new/
dump --to new --to plain --hide-names --key-file key
ls -d new* 2> /dev/null
true
