. "$(dirname "$BASH_SOURCE")/trees.inc"
nights git:zoo.git
arkive show --from git:zoo.git
echo --- one znode
arkive show --from git:zoo.git /config/topics/orders
echo --- before
arkive show --from git:zoo.git@$(cat run-1) /config/topics/orders
echo --- ephemeral
arkive show --from git:zoo.git /brokers/ids/1
echo --- absent
arkive show --from git:zoo.git /nothing/here
