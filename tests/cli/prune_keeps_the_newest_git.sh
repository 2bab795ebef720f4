. "$(dirname "$BASH_SOURCE")/trees.inc"
nights git:zoo.git
arkive prune --from git:zoo.git --keep 1 --dry-run
arkive prune --from git:zoo.git --keep 1
arkive list --from git:zoo.git
arkive verify --from git:zoo.git
arkive prune --from git:zoo.git --keep 0
