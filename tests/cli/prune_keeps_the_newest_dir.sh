. "$(dirname "$BASH_SOURCE")/trees.inc"
nights store
at 21 arkive prune --from store --keep 1 --dry-run
at 21 arkive prune --from store --keep 1
arkive list --from store
arkive verify --from store
at 21 arkive prune --from store --keep 0
