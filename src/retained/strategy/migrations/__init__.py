"""How the tables of `strategy` came to be."""
