arkive dump --zk localhost:2181 --too git:zoo.git
