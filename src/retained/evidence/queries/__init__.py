"""Reads of evidence: what counts, what is on its way in, whether it is whole, what is reported."""
