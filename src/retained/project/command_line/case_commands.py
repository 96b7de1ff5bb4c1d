"""`retained case`, with every module that declares commands of it."""

from retained.project.command_line import case_actuals, case_living, case_pack, case_records
from retained.project.command_line.cases import case

__all__ = ["case", "case_actuals", "case_living", "case_pack", "case_records"]
