"""What people send about the directory, parsed into values that commands take."""
