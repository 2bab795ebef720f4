arkive dmp --zk localhost:2181
