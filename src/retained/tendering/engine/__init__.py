"""The rules of selecting: rankings, doubt about them, awards, sealing. Pure."""
