#!/bin/bash
# The committed man pages, docs/command-line.md and the completion must be what `arkive documentation` writes today.
# compare.sh ARKIVE SOURCE [--update]
set -eu
arkive=$1; source=$2
scratch=$(mktemp -d); trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/man" "$scratch/docs" "$scratch/completions"
"$arkive" documentation man "$scratch/man"
"$arkive" documentation markdown "$scratch/docs"
"$arkive" documentation bash "$scratch/completions"
bash -n "$scratch/completions/arkive.bash"
chmod -R go+rX "$scratch"
if [ "${3:-}" = --update ]; then
  mkdir -p "$source/docs/man" "$source/tools/arkive/completions"
  rm -f "$source"/docs/man/*.1
  cp "$scratch"/man/*.1 "$source/docs/man/"
  cp "$scratch/docs/command-line.md" "$source/docs/"
  cp "$scratch/completions/arkive.bash" "$source/tools/arkive/completions/"
  exit 0
fi
diff -r "$scratch/man" "$source/docs/man"
diff "$scratch/docs/command-line.md" "$source/docs/command-line.md"
diff "$scratch/completions/arkive.bash" "$source/tools/arkive/completions/arkive.bash"
# Every option has its one sentence.
! grep -E '^- `--?[^`]*`: *$' "$source/docs/command-line.md"
