"""An agreement read back as plain sentences."""
