. "$(dirname "$BASH_SOURCE")/archives.inc"
archives store
arkive restore metadata --from store --kafka 127.0.0.1:1 --dry-run 2>&1; echo "status $?"
arkive restore metadata --from absent --kafka 127.0.0.1:1 --dry-run 2>&1; echo "status $?"
arkive restore metadata --from store --kafka 127.0.0.1:1 --only shoes 2>&1; echo "status $?"
