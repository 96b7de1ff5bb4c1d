"""Retained: outsource the work, retain the control."""
