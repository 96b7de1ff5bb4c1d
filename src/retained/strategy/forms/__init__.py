"""What people send to `strategy`."""
