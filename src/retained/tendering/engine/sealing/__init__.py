"""Sealed bids: the keys of openers, and envelopes that any two of them open together. Pure."""
