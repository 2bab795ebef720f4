arkive
