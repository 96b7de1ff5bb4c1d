"""What people send about evidence: a mapping, a reason, a figure of the provider's report."""
