"""Writes of this stage: one transaction, one entry in the record."""
