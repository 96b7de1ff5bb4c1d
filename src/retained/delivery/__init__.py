"""What was delivered: service levels measured from evidence, and what is owed."""
