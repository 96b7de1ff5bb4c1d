"""Weights: how much each criterion counts, found from judgements that people can give."""
