arkive dump --to git:zoo.git
