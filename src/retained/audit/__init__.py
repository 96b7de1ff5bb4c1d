"""Who did what, when: append-only and hash-chained."""
