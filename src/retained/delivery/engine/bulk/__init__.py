"""The large path: millions of tickets counted by SQL, to the second as the small path does."""
