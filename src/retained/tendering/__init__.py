"""Select: from requirements to an award that stands."""
