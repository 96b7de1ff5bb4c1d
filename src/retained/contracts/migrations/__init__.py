"""How the tables of agreements came to be."""
