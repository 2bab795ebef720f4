#!/bin/bash
# By hand, as root: the stages of packaging/Dockerfile in copies of a Debian 12, for machines where no Docker runs.
#   dockerfile_in_chroot.sh BASE WORK [DEB]
# BASE: what `debootstrap --variant=minbase bookworm BASE` made; it stays as it is. WORK: a directory that is not there yet; remove it
# afterwards. With DEB the stage `build` is taken as done and DEB as what it built. Needs the network, as docker build does.
set -euo pipefail
base=$(realpath "$1"); work=$2; deb=${3:-}
source=$(cd "$(dirname "$0")/../.." && pwd)
mkdir "$work"
work=$(realpath "$work")
stage=; root=; user=root; entrypoint=
in_stage() { chroot "$root" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy="$http_proxy"} "$@"; }
is_taken_as_done() { [ "$stage" = build ] && [ -n "$deb" ]; }

step() {
  local verb=$1 rest=$2 words
  printf -- '--- %s %s\n' "$verb" "$rest"
  read -ra words <<< "$rest"
  case $verb in
    FROM)
      [ "${words[0]}" = debian:12-slim ] || { echo "FAILED: the base is ${words[0]}"; exit 1; }
      stage=${words[2]:-last}; root=$work/$stage
      if is_taken_as_done; then mkdir "$root"; else cp -a "$base" "$root"; cp /etc/resolv.conf "$root/etc/resolv.conf"; fi ;;
    COPY)
      if is_taken_as_done; then return; fi
      case ${words[0]} in
        --from=build)
          mkdir -p "$root/${words[2]}"
          if [ -n "$deb" ]; then cp "$deb" "$root/${words[2]}"; else cp "$work/build"${words[1]} "$root/${words[2]}"; fi ;;
        .) mkdir -p "$root/${words[1]}"
          git -C "$source" ls-files -z -co --exclude-standard | tar -C "$source" --null -T - -c | tar -C "$root/${words[1]}" -x ;;
        *) cp "$source/${words[0]}" "$root/${words[1]}" ;;
      esac ;;
    RUN) is_taken_as_done || in_stage /bin/sh -c "$rest" ;;
    USER) user=$rest ;;
    ENTRYPOINT) entrypoint=$(python3 -c 'import json, sys; print(json.loads(sys.argv[1])[0])' "$rest") ;;
    *) echo "FAILED: nobody knows $verb here"; exit 1 ;;
  esac
}

line=
while IFS= read -r text || [ -n "$text" ]; do
  case $text in
    '#'*|'') continue ;;
    *\\) line+=${text%\\}; continue ;;
  esac
  line+=$text
  step "${line%% *}" "${line#* }"
  line=
done < "$source/packaging/Dockerfile"

as_user() { chroot --userspec="$user:$user" "$root" /usr/bin/env -i HOME=/tmp "$@"; }
as_user "$entrypoint" --version
status=0
as_user "$entrypoint" dump --cluster prod --zk 127.0.0.1:1 --to git:/tmp/prod.git --timeout 1s || status=$?
[ $status = 1 ] || { echo "FAILED: exit status $status of a dump that reaches nobody"; exit 1; }
as_user "$entrypoint" list --from git:/tmp/prod.git
for program in git ssh; do as_user /usr/bin/which $program; done
echo "ok: the image's user $user runs $entrypoint"
