mkdir photos && echo x > photos/cat.jpg
arkive list --from photos
arkive list --from git:photos
