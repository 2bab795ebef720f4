. "$(dirname "$BASH_SOURCE")/trees.inc"
nights store
arkive verify --from store
