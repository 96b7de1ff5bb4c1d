"""`retained case pack` and `board-pack`: a case as a PDF and as a workbook for its board."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from retained.project.command_line.acting import acting
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


def _to_files(command: Callable[..., Any]) -> Callable[..., Any]:
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
@_to_files
@draws_and_seed
def pack(*, file: Path, pdf: Path | None, xlsx: Path | None, draws: int, seed: int) -> None:
    """Write the board pack of the case FILE, as a draft that nobody signed."""
    # What draws and writes needs Django's parts; checking and running a case does not.
    from retained.strategy.case_pdf import case_pdf  # noqa: PLC0415 - see above
    from retained.strategy.case_workbook.book import case_workbook  # noqa: PLC0415 - see above
    from retained.strategy.engine.result_document import result_figures  # noqa: PLC0415 - slow

    _must_name(pdf, xlsx)
    terms, at = read_file(file), clock.now()
    figures = result_figures(run_with_bar(terms, model_of(terms), draws=draws, seed=seed))
    _write(pdf, lambda: case_pdf(figures, terms, signatures=(), at=at))
    _write(xlsx, lambda: case_workbook(figures, terms, at=at))


@case.command(
    "board-pack",
    epilog="""\b
Example:
  retained case board-pack --as anna@bank.example SD-2025 --pdf board.pdf --xlsx board.xlsx
""",
)
@click.argument("reference")
@_to_files
@acting
def board_pack(*, by: Any, reference: str, pdf: Path | None, xlsx: Path | None) -> None:
    """Write the board pack of a kept case, with who signed it, from the draws that are stored."""
    from retained.strategy import board_packs  # noqa: PLC0415 - needs the settings
    from retained.strategy.access.cases import case_to_read  # noqa: PLC0415 - the same

    _must_name(pdf, xlsx)
    found, at = case_to_read(by, reference), clock.now()
    _write(pdf, lambda: board_packs.pack_pdf(found, at=at))
    _write(xlsx, lambda: board_packs.pack_workbook(found, at=at))


def _must_name(pdf: Path | None, xlsx: Path | None) -> None:
    if pdf is None and xlsx is None:
        raise click.UsageError("Name what to write: --pdf board.pdf, --xlsx board.xlsx, or both.")


def _write(path: Path | None, content: Write) -> None:
    if path is not None:
        path.write_bytes(content())
        click.echo(f"{path} is written.")
