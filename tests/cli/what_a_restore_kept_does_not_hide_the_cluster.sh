printf '/a\t1\n' > tree
scripted_dump tree git:zoo.git > run-1
git -C zoo.git update-ref refs/heads/main-before-restore main
arkive show --from git:zoo.git /a
git -C zoo.git update-ref refs/heads/other main
arkive show --from git:zoo.git /a
