"""What people send about agreements, a subject a file."""
