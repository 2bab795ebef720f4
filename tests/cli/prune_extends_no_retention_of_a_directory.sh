. "$(dirname "$BASH_SOURCE")/trees.inc"
nights store
nights git:store.git
told() { at 21 "$@" 2>&1; printf 'status %s\n' $?; }
told arkive prune --from store --extend-retention
told arkive prune --from store --extend-retention --keep 1
told arkive prune --from git:store.git --extend-retention
told arkive prune --from store --extend-retention --remove-unproven 20261120T233000Z-8f3a2c
arkive list --from store
