arkive dump --zk 127.0.0.1:1 --to s3:/bucket/prefix || echo "status $?"
arkive list --from az:account/container || echo "status $?"
arkive list --from dir:s3:/bucket || echo "status $?"
ls
