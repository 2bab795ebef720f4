. "$(dirname "$BASH_SOURCE")/trees.inc"
nights store
cd "store/trees/main/$(cat run-2)/tree" || exit 1
zstd -dqc ../files.sha256.zst | sha256sum --quiet -c && echo all equal
cat znodes/config/topics/orders; echo
