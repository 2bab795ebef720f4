# Completion of arkive's commands and options; file names complete after an option.
_arkive() {
  local command=arkive word words=''
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in -*) ;; [a-z]*) case "$command $word" in 'arkive dump'|'arkive archive'|'arkive backup'|'arkive import'|'arkive import burry'|'arkive check'|'arkive list'|'arkive show'|'arkive export'|'arkive log'|'arkive diff'|'arkive verify'|'arkive inspect-logs'|'arkive prune'|'arkive merge'|'arkive copy'|'arkive history'|'arkive restore'|'arkive restore znodes'|'arkive restore seed'|'arkive restore topics'|'arkive restore groups'|'arkive restore metadata'|'arkive observe'|'arkive plan'|'arkive apply'|'arkive drill'|'arkive key'|'arkive key list'|'arkive key add'|'arkive key rotate'|'arkive key remove'|'arkive key make'|'arkive key make-signing') command="$command $word" ;; esac ;; esac
  done
  case $command in
    'arkive') words='key drill apply plan observe restore history copy merge prune inspect-logs verify diff log export show list check import backup archive dump --help --version --quiet --verbose --log-format' ;;
    'arkive dump') words='--help --zk --zk-auth-file --session-timeout --timeout --to --key-file --key-command --passphrase-file --hide-names --signing-key --cluster --path --include --exclude --source --connections --passes --redact --push --push-secrets --break-lock --metrics --json --help --version --quiet --verbose --log-format' ;;
    'arkive archive') words='--help --kafka --command-config --timeout --to --key-file --key-command --passphrase-file --hide-names --signing-key --cluster --topics --exclude-topics --limit-rate --segment-size --compress --transaction-wait --follow --interval --reader --metrics --workers --json --help --version --quiet --verbose --log-format' ;;
    'arkive backup') words='--help --configuration --cluster --metrics --json --help --version --quiet --verbose --log-format' ;;
    'arkive import') words='burry --help --help --version --quiet --verbose --log-format' ;;
    'arkive import burry') words='--help --to --key-file --key-command --passphrase-file --hide-names --signing-key --cluster --timeout --json --help --help --version --quiet --verbose --log-format' ;;
    'arkive check') words='--help --zk --zk-auth-file --session-timeout --timeout --to --key-file --key-command --passphrase-file --path --include --exclude --connections --json --help --version --quiet --verbose --log-format' ;;
    'arkive list') words='--help --from --cluster --key-file --key-command --passphrase-file --json --help --version --quiet --verbose --log-format' ;;
    'arkive show') words='--help --from --cluster --key-file --key-command --passphrase-file --format --limit --json --help --version --quiet --verbose --log-format' ;;
    'arkive export') words='--help --from --cluster --key-file --key-command --passphrase-file --public-key --format --from-offset --until-offset --from-time --until-time --all --output --json --help --version --quiet --verbose --log-format' ;;
    'arkive log') words='--help --from --cluster --key-file --key-command --passphrase-file --all --limit --json --help --version --quiet --verbose --log-format' ;;
    'arkive diff') words='--help --from --cluster --key-file --key-command --passphrase-file --all --json --help --version --quiet --verbose --log-format' ;;
    'arkive verify') words='--help --from --cluster --key-file --key-command --passphrase-file --public-key --last-seen --level --part --against-cluster --kafka --command-config --timeout --sample --seed --json --help --version --quiet --verbose --log-format' ;;
    'arkive inspect-logs') words='--help --output --broker --headers-only --json --help --version --quiet --verbose --log-format' ;;
    'arkive prune') words='--help --from --cluster --key-file --key-command --passphrase-file --keep --keep-within --keep-daily --keep-weekly --keep-monthly --keep-yearly --dry-run --signing-key --public-key --json --help --version --quiet --verbose --log-format' ;;
    'arkive merge') words='--help --from --cluster --key-file --key-command --passphrase-file --topics --exclude-topics --segment-size --smaller-than --keep-records --dry-run --signing-key --public-key --json --help --version --quiet --verbose --log-format' ;;
    'arkive copy') words='--help --from --to --cluster --key-file --key-command --passphrase-file --to-key-file --to-key-command --to-passphrase-file --signing-key --public-key --to-hide-names --json --help --version --quiet --verbose --log-format' ;;
    'arkive history') words='--help --from --cluster --key-file --key-command --passphrase-file --public-key --json --help --version --quiet --verbose --log-format' ;;
    'arkive restore') words='metadata groups topics seed znodes --help --help --version --quiet --verbose --log-format' ;;
    'arkive restore znodes') words='--help --from --cluster --key-file --key-command --passphrase-file --public-key --zk --zk-auth-file --session-timeout --timeout --path --onto --overwrite --profile --dry-run --no-counters --packet-limit --dump-before --no-dump-before --acl --json --help --help --version --quiet --verbose --log-format' ;;
    'arkive restore seed') words='--help --from --cluster --key-file --key-command --passphrase-file --public-key --broker --log-dirs --topics --exclude-topics --dump --cluster-id --owner --into-kraft --dry-run --json --help --help --version --quiet --verbose --log-format' ;;
    'arkive restore topics') words='--help --from --cluster --key-file --key-command --passphrase-file --public-key --kafka --command-config --timeout --zk --zk-auth-file --topics --exclude-topics --rename --partitions --replication-factor --until --until-offsets --newest --since --append --leave-out-unknown --leave-existing --keep-raised --put-back --journal --limit-rate --writer --workers --dry-run --json --help --help --version --quiet --verbose --log-format' ;;
    'arkive restore groups') words='--help --from --cluster --key-file --key-command --passphrase-file --public-key --kafka --command-config --timeout --groups --exclude-groups --topics --journal --same-offsets --overwrite --writer --dry-run --json --help --help --version --quiet --verbose --log-format' ;;
    'arkive restore metadata') words='--help --from --cluster --key-file --key-command --passphrase-file --public-key --kafka --command-config --timeout --path --topics --exclude-topics --only --replication-factor --internal-topics --overwrite --dry-run --json --help --help --version --quiet --verbose --log-format' ;;
    'arkive observe') words='--help --zk --zk-auth-file --kafka --command-config --timeout --logs --output --json --help --version --quiet --verbose --log-format' ;;
    'arkive plan') words='--help --diff --from --cluster --key-file --key-command --passphrase-file --public-key --topics-from --zk --zk-auth-file --kafka --command-config --timeout --logs --observation --path --overwrite --acl --make-missing-topics --seed --scenario --output --markdown --json --help --version --quiet --verbose --log-format' ;;
    'arkive apply') words='--help --zk --zk-auth-file --kafka --command-config --timeout --hook --done --gate-timeout --packet-limit --dump-before --key-file --key-command --passphrase-file --public-key --yes --dry-run --json --help --version --quiet --verbose --log-format' ;;
    'arkive drill') words='--help --from --cluster --key-file --key-command --passphrase-file --public-key --topics-from --kafka-home --zookeeper-home --scratch --keep --topics --sample --seed --batches --heap --gate-timeout --metrics --json --help --version --quiet --verbose --log-format' ;;
    'arkive key') words='make-signing make remove rotate add list --help --help --version --quiet --verbose --log-format' ;;
    'arkive key list') words='--help --from --key-file --key-command --passphrase-file --json --help --help --version --quiet --verbose --log-format' ;;
    'arkive key add') words='--help --from --key-file --key-command --passphrase-file --new-key-file --new-key-command --new-passphrase-file --label --signing-key --json --help --help --version --quiet --verbose --log-format' ;;
    'arkive key rotate') words='--help --from --key-file --key-command --passphrase-file --new-key-file --new-key-command --new-passphrase-file --label --signing-key --json --help --help --version --quiet --verbose --log-format' ;;
    'arkive key remove') words='--help --from --key-file --key-command --passphrase-file --signing-key --help --help --version --quiet --verbose --log-format' ;;
    'arkive key make') words='--help --help --help --version --quiet --verbose --log-format' ;;
    'arkive key make-signing') words='--help --help --help --version --quiet --verbose --log-format' ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _arkive arkive
