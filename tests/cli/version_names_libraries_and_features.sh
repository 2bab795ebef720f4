arkive --version
