"""The rules of the directory: roles, permissions, legal entity identifiers."""
