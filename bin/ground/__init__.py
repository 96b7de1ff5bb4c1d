"""What the scripts in `bin` share: standard library only, as nothing is installed yet."""
