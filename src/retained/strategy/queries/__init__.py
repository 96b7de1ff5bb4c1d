"""Reads of `strategy`."""
