"""Doubt: whether a lead is real, by readings of weights and scores that could be meant."""
