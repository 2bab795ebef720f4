arkive merge --from store --segment-size 3GiB || echo "status $?"
arkive merge --from store --segment-size much || echo "status $?"
