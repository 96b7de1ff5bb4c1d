"""`retained case`, with every module that declares commands of it on files alone."""

from retained.project.command_line import case_living, case_pack
from retained.project.command_line.cases import case

__all__ = ["case", "case_living", "case_pack"]
