. "$(dirname "$BASH_SOURCE")/trees.inc"
night_1 > tree; scripted_dump tree plain > /dev/null
arkive key make key > /dev/null; arkive key make other > /dev/null
arkive --quiet copy --from plain --to sealed --to-key-file key > /dev/null || echo "status $?"
echo "# into a new store"
arkive --quiet copy --from sealed --key-file key --to clear || echo "status $?"
ARKIVE_KEY_FILE=key arkive --quiet copy --from sealed --to clear || echo "status $?"
[ -e clear ] && echo "clear was made"
echo "# into one that is there, each time"
arkive --quiet copy --from sealed --key-file key --to clear --to-plain > /dev/null || echo "status $?"
arkive verify --from clear
arkive --quiet copy --from sealed --key-file key --to clear || echo "status $?"
arkive --quiet copy --from sealed --key-file key --to clear --to-plain
echo "# a plain store needs no such word, nor does another key"
arkive --quiet copy --from plain --to again > /dev/null || echo "status $?"
arkive --quiet copy --from sealed --key-file key --to resealed --to-key-file other > /dev/null || echo "status $?"
echo "# the hints name the options of copy"
arkive --quiet copy --from plain --to hidden --to-hide-names || echo "status $?"
ARKIVE_KEY_FILE=key arkive --quiet copy --from sealed --to hidden --to-hide-names || echo "status $?"
arkive --quiet copy --from plain --to sealed || echo "status $?"
arkive --quiet copy --from plain --to plain-again --to-plain --to-key-file key || echo "status $?"
