"""`retained case pack`: the board pack of a case from a file, as a PDF and as a workbook."""

from pathlib import Path

import click

from retained.project.command_line.case_runs import (
    CASE_FILE,
    case_at,
    draws_and_seed,
    run_with_bar,
)
from retained.shared import clock

_Written = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command(
    "pack",
    epilog="""\b
Example:
  retained case pack case.yaml --pdf board.pdf --xlsx board.xlsx --draws 100000 --seed 7
""",
)
@click.argument("file", type=CASE_FILE)
@click.option("--pdf", type=_Written, help="The tagged PDF to write.")
@click.option("--xlsx", type=_Written, help="The workbook to write: its formulas are live.")
@draws_and_seed
def pack(*, file: Path, pdf: Path | None, xlsx: Path | None, draws: int, seed: int) -> None:
    """Write the board pack of the case FILE, as a draft that nobody signed."""
    # What draws and writes needs Django's parts; checking and running a case does not.
    from retained.strategy.case_pdf import case_pdf  # noqa: PLC0415 - see above
    from retained.strategy.case_workbook.book import case_workbook  # noqa: PLC0415 - see above

    if pdf is None and xlsx is None:
        raise click.UsageError("Name what to write: --pdf board.pdf, --xlsx board.xlsx, or both.")
    result, at = run_with_bar(case_at(file), draws, seed), clock.now()
    if pdf is not None:
        pdf.write_bytes(case_pdf(result, signatures=(), at=at))
        click.echo(f"{pdf} is written.")
    if xlsx is not None:
        xlsx.write_bytes(case_workbook(result, at=at))
        click.echo(f"{xlsx} is written.")
