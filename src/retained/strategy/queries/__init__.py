"""Reads of this stage: typed rows, ready for a page."""
