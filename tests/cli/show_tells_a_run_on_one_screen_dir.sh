. "$(dirname "$BASH_SOURCE")/trees.inc"
nights store
arkive show --from store
echo --- one znode
arkive show --from store /config/topics/orders
echo --- before
arkive show --from store@$(cat run-1) /config/topics/orders
echo --- ephemeral
arkive show --from store /brokers/ids/1
echo --- absent
arkive show --from store /nothing/here
