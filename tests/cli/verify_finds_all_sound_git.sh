. "$(dirname "$BASH_SOURCE")/trees.inc"
nights git:zoo.git
arkive verify --from git:zoo.git
