"""How raw files are read: pure rules over mappings and rows."""
