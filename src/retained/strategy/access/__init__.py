"""The only way from a person to a row of this stage."""
