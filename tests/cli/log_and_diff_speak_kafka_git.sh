. "$(dirname "$BASH_SOURCE")/trees.inc"
nights git:zoo.git
arkive log --from git:zoo.git
echo --- all
arkive log --from git:zoo.git --all --limit 1
echo --- path
arkive log --from git:zoo.git /kafka-acl
echo --- diff
arkive diff --from git:zoo.git "$(cat run-1)" latest
echo --- the other way
arkive diff --from git:zoo.git latest "$(cat run-1)" /config
