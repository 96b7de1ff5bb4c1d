"""What happened: raw rows exactly as they came, in immutable batches."""
