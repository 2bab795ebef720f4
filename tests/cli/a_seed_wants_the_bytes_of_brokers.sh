. "$(dirname "$BASH_SOURCE")/archives.inc"
archives store
arkive restore seed --from store --broker 1 --log-dirs empty 2>&1; echo "status $?"
arkive restore seed --from store --broker 1 2>&1; echo "status $?"
ls -A
