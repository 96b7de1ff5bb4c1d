"""The command line `retained`: one file per subject, a list of all commands in `registry.py`."""

from retained.project.command_line.program import main

__all__ = ["main"]
