. "$(dirname "$BASH_SOURCE")/archives.inc"
archives store
topics() {
  arkive restore topics --from store --kafka 127.0.0.1:1 --timeout 1s "$@" 2>&1
  echo "status $?"
}
topics --until-offsets orders
topics --until yesterday
topics --rename 'a*b*=c'
topics --writer kcat
arkive restore topics --from absent --kafka 127.0.0.1:1 2>&1; echo "status $?"
