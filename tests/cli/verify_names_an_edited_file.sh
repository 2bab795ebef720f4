. "$(dirname "$BASH_SOURCE")/trees.inc"
nights store
f=$(find store -path '*tree/znodes/config/topics/orders' | sort | tail -1)
chmod u+w "$f"; printf 'X' | dd of="$f" bs=1 seek=20 conv=notrunc status=none
arkive verify --from store
