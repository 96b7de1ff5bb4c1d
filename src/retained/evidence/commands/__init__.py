"""Writes of evidence: files coming in, batches taken out, the provider's own report."""
