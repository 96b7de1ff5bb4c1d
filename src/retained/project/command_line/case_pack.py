"""`retained case pack`: a case from a file as a PDF and as a workbook for its board."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from retained.project.command_line.case_runs import (
    CASE_FILE,
    draws_and_seed,
    read_file,
    run_with_bar,
)
from retained.project.command_line.cases import case
from retained.shared import clock
from retained.strategy.engine.case_files import model_of

_Written = click.Path(dir_okay=False, writable=True, path_type=Path)
Write = Callable[[], bytes]


def to_files(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--pdf` and `--xlsx` to a command."""
    xlsx = "The workbook to write: its formulas are live."
    command = click.option("--xlsx", type=_Written, help=xlsx)(command)
    return click.option("--pdf", type=_Written, help="The tagged PDF to write.")(command)


@case.command(
    "pack",
    epilog="""\b
Example:
  retained case pack case.yaml --pdf board.pdf --xlsx board.xlsx --draws 100000 --seed 7
""",
)
@click.argument("file", type=CASE_FILE)
@to_files
@draws_and_seed
def pack(*, file: Path, pdf: Path | None, xlsx: Path | None, draws: int, seed: int) -> None:
    """Write the board pack of the case FILE, as a draft that nobody signed."""
    # What draws and writes needs Django's parts; checking and running a case does not.
    from retained.strategy.case_pdf import case_pdf  # noqa: PLC0415 - see above
    from retained.strategy.case_workbook.book import case_workbook  # noqa: PLC0415 - see above
    from retained.strategy.engine.result_document import result_figures  # noqa: PLC0415 - slow

    must_name(pdf, xlsx)
    terms, at = read_file(file), clock.now()
    figures = result_figures(run_with_bar(terms, model_of(terms), draws=draws, seed=seed))
    write(pdf, lambda: case_pdf(figures, terms, signatures=(), at=at))
    write(xlsx, lambda: case_workbook(figures, terms, at=at))


def must_name(pdf: Path | None, xlsx: Path | None) -> None:
    """Refuse to write nothing at all."""
    if pdf is None and xlsx is None:
        raise click.UsageError("Name what to write: --pdf board.pdf, --xlsx board.xlsx, or both.")


def write(path: Path | None, content: Write) -> None:
    """Write a file that was asked for, and say so."""
    if path is not None:
        path.write_bytes(content())
        click.echo(f"{path} is written.")
