printf '/a\t1\n' > one; printf '/a\t2\n/secret\t\t\tunreadable\n' > two
scripted_dump one git:zoo.git > run-1; scripted_dump two git:zoo.git > run-2
arkive list --from git:zoo.git
arkive show --from git:zoo.git /a
arkive show --from git:zoo.git@"$(cat run-2)"
arkive log --from git:zoo.git
