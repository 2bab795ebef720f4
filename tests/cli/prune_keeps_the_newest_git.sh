. "$(dirname "$BASH_SOURCE")/trees.inc"
nights git:zoo.git
at 21 arkive prune --from git:zoo.git --keep 1 --dry-run
at 21 arkive prune --from git:zoo.git --keep 1
arkive list --from git:zoo.git
arkive verify --from git:zoo.git
at 21 arkive prune --from git:zoo.git --keep 0
