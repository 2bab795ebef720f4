arkive dump --help
