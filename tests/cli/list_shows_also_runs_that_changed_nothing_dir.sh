. "$(dirname "$BASH_SOURCE")/trees.inc"
nights store
arkive list --from store
