printf '/a\033[31mred\t\\N\n/plain\ttext with \033]0;title\007 inside\n' > tree
scripted_dump tree git:zoo.git > run
arkive show --from git:zoo.git /
arkive show --from git:zoo.git /plain
