"""Reads of the directory: typed rows ready for a page."""
