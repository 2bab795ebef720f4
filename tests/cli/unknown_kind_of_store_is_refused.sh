arkive dump --zk 127.0.0.1:1 --to ftp://host/backup
