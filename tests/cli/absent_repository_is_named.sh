arkive list --from git:nowhere.git
