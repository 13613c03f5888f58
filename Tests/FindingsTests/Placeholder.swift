// yet
