"""Writes of `strategy`."""
