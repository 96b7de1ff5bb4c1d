"""A case from a file, and its run with a bar of progress: what the commands of `case` share."""

import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import click

from retained.project.command_line.texts import refuse, text_at
from retained.strategy.engine.case_files import read_case
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.cases import Case, CaseRefusedError
from retained.strategy.engine.results import DEFAULT_DRAWS, DEFAULT_SEED, CaseResult, run_case
from retained.strategy.engine.simulation import MOST_DRAWS, simulate

CASE_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def draws_and_seed(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--draws` and `--seed` to a command."""
    draws, seed = click.IntRange(1, MOST_DRAWS), click.IntRange(0, 2**63 - 1)
    command = click.option("--seed", type=seed, default=DEFAULT_SEED, show_default=True)(command)
    return click.option("--draws", type=draws, default=DEFAULT_DRAWS, show_default=True)(command)


def read_file(file: Path, *, goals: Collection[str] | None = None) -> CaseTerms:
    """Return the case that a file writes, or end with every remark."""
    try:
        return read_case(text_at(file), name=file.name, goals=goals)
    except CaseRefusedError as error:
        refuse(error.remarks)


def run_with_bar(terms: CaseTerms, case: Case, *, draws: int, seed: int) -> CaseResult:
    """Return the result of a case, and show on standard error how far its draws are."""
    try:
        with click.progressbar(length=draws, label="Drawing", file=sys.stderr) as bar:
            simulation = simulate(
                case, draws=draws, seed=seed, tell=lambda done, _: bar.update(done - bar.pos)
            )
        return run_case(simulation, terms)
    except CaseRefusedError as error:
        refuse(error.remarks)
