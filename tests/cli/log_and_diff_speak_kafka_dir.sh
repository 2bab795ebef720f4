. "$(dirname "$BASH_SOURCE")/trees.inc"
nights store
arkive log --from store
echo --- all
arkive log --from store --all --limit 1
echo --- path
arkive log --from store /kafka-acl
echo --- diff
arkive diff --from store "$(cat run-1)" latest
echo --- the other way
arkive diff --from store latest "$(cat run-1)" /config
