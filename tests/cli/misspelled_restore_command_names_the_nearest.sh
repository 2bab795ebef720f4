arkive restore znode --zk localhost:2181
