. "$(dirname "$BASH_SOURCE")/archives.inc"
arkive drill --from store; echo "status $?"
archives store
arkive drill --from store --kafka-home nowhere; echo "status $?"
arkive drill --from store --kafka-home nowhere --metrics m.prom --cluster nobody; echo "status $?"
grep -v '^#' m.prom | sed 's/ [0-9.]*$/ N/'
