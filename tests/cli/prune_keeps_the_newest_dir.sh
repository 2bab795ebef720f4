. "$(dirname "$BASH_SOURCE")/trees.inc"
nights store
arkive prune --from store --keep 1 --dry-run
arkive prune --from store --keep 1
arkive list --from store
arkive verify --from store
arkive prune --from store --keep 0
