"""Decide: which IT functions to hand out, core or not, and whether it pays."""
