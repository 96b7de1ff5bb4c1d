"""Pages of `strategy`."""
