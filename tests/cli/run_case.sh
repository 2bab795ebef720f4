#!/bin/bash
# Runs one golden case: run_case.sh CASE.sh BIN_DIRECTORY [--update]
# The case runs in an empty directory of its own, with arkive and scripted_dump in PATH. Beside CASE.sh stand
#   CASE.stdout   what standard output must be   (a line may hold glob characters: * and ?)
#   CASE.stderr   the same for standard error; absent: must be empty
#   CASE.exit     the exit status; absent: 0
set -u
case_file=$(realpath "$1"); binaries=$2; update=${3:-}
base=${case_file%.sh}
scratch=$(mktemp -d); trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
mkdir work && cd work || exit 1
PATH="$binaries:$PATH" HOME="$scratch" bash -u "$case_file" > ../stdout 2> ../stderr < /dev/null
status=$?
# What differs from run to run becomes a pattern when the expectation is written.
general() {
  sed -E -e 's/[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}/????????T??????Z-??????/g' \
         -e 's/20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9:]{8} UTC/????-??-?? ??:??:?? UTC/g' -e 's/ by arkive test on .*/ by arkive test on */' \
         -e 's/redacted-[0-9a-f]{16}/redacted-????????????????/g' -e 's/^(\^?)[0-9a-f]{7,8} /\1* /' \
         -e 's/(runs?) \(trees [0-9.]+ [KMG]?i?B/\1 (trees */' -e 's/^arkive [0-9.]+$/arkive */' -e 's/^libraries: .*/libraries: */' -e 's/^librdkafka .*/librdkafka */' -e 's/^fault points: .*/fault points: */'
}
if [ "$update" = --update ]; then
  general < ../stdout > "$base.stdout"
  if [ -s ../stderr ]; then general < ../stderr > "$base.stderr"; else rm -f "$base.stderr"; fi
  if [ $status -ne 0 ]; then echo $status > "$base.exit"; else rm -f "$base.exit"; fi
  exit 0
fi
failed=0
wanted_status=0; [ -f "$base.exit" ] && wanted_status=$(cat "$base.exit")
if [ "$status" != "$wanted_status" ]; then echo "exit status is $status, wanted $wanted_status"; failed=1; fi
# Line by line: each wanted line is a pattern for the line in its place.
compare() {
  local wanted=$1 got=$2 number=0 pattern line
  exec 3< "$wanted" 4< "$got"
  while true; do
    local more_wanted=1 more_got=1
    IFS= read -r pattern <&3 || more_wanted=0
    IFS= read -r line <&4 || more_got=0
    number=$((number + 1))
    [ $more_wanted = 0 ] && [ $more_got = 0 ] && return 0
    # Brackets are text here; only * and ? are wild.
    pattern=${pattern//\\/\\\\}; pattern=${pattern//\[/\\[}
    # shellcheck disable=SC2053
    if [ $more_wanted != $more_got ] || [[ $line != $pattern ]]; then
      echo "$3 line $number differs"; echo "  wanted: $pattern"; echo "  got:    $line"
      echo "--- the whole of it"; cat "$got"; return 1
    fi
  done
}
compare "$base.stdout" ../stdout "standard output" || failed=1
if [ -f "$base.stderr" ]; then compare "$base.stderr" ../stderr "standard error" || failed=1
elif [ -s ../stderr ]; then echo "standard error is not empty:"; cat ../stderr; failed=1; fi
exit $failed
