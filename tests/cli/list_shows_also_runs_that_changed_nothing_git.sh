. "$(dirname "$BASH_SOURCE")/trees.inc"
nights git:zoo.git
arkive list --from git:zoo.git
