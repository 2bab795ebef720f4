arkive --help
