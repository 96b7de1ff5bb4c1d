"""The agreement as values: pure rules."""
