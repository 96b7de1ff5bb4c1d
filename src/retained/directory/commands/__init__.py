"""Writes of the directory: one transaction and one entry in the record each."""
