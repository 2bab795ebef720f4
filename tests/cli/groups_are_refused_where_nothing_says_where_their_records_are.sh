groups() {
  arkive restore groups --from store --kafka 127.0.0.1:1 "$@" 2>&1
  echo "status $?"
}
groups
groups --journal absent
groups --journal absent --same-offsets
groups --same-offsets
groups --groups 'a[' --same-offsets
