"""Writes of delivery: measure, leave out, close, answer, claim. One subject a file."""
