"""`retained month`: closing from the command line."""

import shutil
import sys
from pathlib import Path
from typing import Any

import click

from retained.project.command_line.acting import acting
from retained.project.command_line.formats import format_option, month_in, show
from retained.shared import clock
from retained.shared.errors import DomainError

_STATEMENT = (
    "agreement", "month", "number", "state", "sha256", "owed", "net", "currency", "answer_due",
)  # fmt: skip
_Folder = click.Path(path_type=Path)


@click.group(
    epilog="""\b
Examples:
  retained month close AG-7 2026-10 --as jeroen@bank.example --reason "No report came"
  retained month confirm AG-7 2026-10 --as femke@bank.example
  retained month send AG-7 2026-10 --as jeroen@bank.example
  retained month statement AG-7 2026-10 --as jeroen@bank.example --to statement.pdf
  retained month pack AG-7 2026-10 --as jeroen@bank.example --to pack.zip
"""
)
def month() -> None:
    """Close months, confirm and send statements, make packs."""


@month.command("close")
@click.argument("reference")
@click.argument("month_text", metavar="MONTH")
@click.option("--reason", default="", help="Why it is corrected, or closed with something missing.")
@acting
@format_option
def close(*, reference: str, month_text: str, reason: str, by: Any, format_name: str) -> None:
    """Check a month: freeze it, for a second person to confirm."""
    from retained.delivery import access  # noqa: PLC0415 - Django is set up now
    from retained.delivery.commands.closing import check_month  # noqa: PLC0415 - the same

    agreement = access.agreement_for(by, reference, "check_months")
    made = check_month(agreement, month_in(month_text), reason=reason, by=by, at=clock.now())
    show([_statement_row(made)], format_name, columns=_STATEMENT)


@month.command("confirm")
@click.argument("reference")
@click.argument("month_text", metavar="MONTH")
@acting
@format_option
def confirm(*, reference: str, month_text: str, by: Any, format_name: str) -> None:
    """Confirm a checked month as a second person."""
    from retained.delivery.commands.closing import confirm_month  # noqa: PLC0415 - set up now

    found = close_of(by, reference, month_text, state="checked")
    confirm_month(found, by=by, at=clock.now(), version=found.version)
    show([_statement_row(found)], format_name, columns=_STATEMENT)


@month.command("send")
@click.argument("reference")
@click.argument("month_text", metavar="MONTH")
@acting
@format_option
def send(*, reference: str, month_text: str, by: Any, format_name: str) -> None:
    """Open a confirmed statement to the provider."""
    from retained.delivery.commands.closing import send_statement  # noqa: PLC0415 - set up now

    found = close_of(by, reference, month_text)
    send_statement(found, by=by, at=clock.now(), version=found.version)
    show([_statement_row(found)], format_name, columns=_STATEMENT)


@month.command("statement")
@click.argument("reference")
@click.argument("month_text", metavar="MONTH")
@click.option("--number", type=int, help="Which statement; the one that counts by default.")
@click.option("--to", "path", type=_Folder, help="A .pdf, .xlsx, .csv or .json to write.")
@acting
@format_option
def statement(
    *,
    reference: str,
    month_text: str,
    number: int | None,
    path: Path | None,
    by: Any,
    format_name: str,
) -> None:
    """Show a statement, or write it to a file."""
    found = close_of(by, reference, month_text, number=number)
    if path is None:
        from retained.delivery.queries.statements import content  # noqa: PLC0415 - set up now

        columns = ("id", "attained", "unit", "expected", "met", "counted", "verdict", "reported")
        rows = [{name: getattr(level, name) for name in columns} for level in content(found).levels]
        show(rows, format_name, columns=columns)
        return
    from retained.delivery.statement_downloads import statement_bytes  # noqa: PLC0415 - the same

    path.write_bytes(statement_bytes(found, path.suffix.removeprefix(".")))
    click.echo(f"{path}: statement {found.number} of {found.month}, SHA-256 {found.sha256}.")


@month.command("pack")
@click.argument("reference")
@click.argument("month_text", metavar="MONTH")
@click.option("--number", type=int, help="Which statement; the one that counts by default.")
@click.option("--to", "path", type=_Folder, required=True, help="The .zip to write.")
@acting
def pack(*, reference: str, month_text: str, number: int | None, path: Path, by: Any) -> None:
    """Write the auditor's pack of a month: one zip that recomputes itself."""
    from retained.delivery import access  # noqa: PLC0415 - Django is set up now
    from retained.delivery.packing import make_pack  # noqa: PLC0415 - the same

    access.agreement_to_watch(by, reference)
    found = close_of(by, reference, month_text, number=number)
    made = make_pack(found, tell=_tell, at=clock.now())
    shutil.copyfile(made, path)
    click.echo(f"{path}: {path.stat().st_size:,} bytes.")


def close_of(
    by: Any, reference: str, month_text: str, *, number: int | None = None, state: str = ""
) -> Any:
    """Return a close: by its number, in a state, or the one that counts."""
    from retained.delivery import access  # noqa: PLC0415 - Django is set up now

    found = access.closes_to_read(by).filter(
        agreement__reference=reference, month=str(month_in(month_text))
    )
    if number is not None:
        found = found.filter(number=number)
    elif state:
        found = found.filter(state=state)
    else:
        found = found.filter(is_current=True)
    close = found.order_by("-number").first()
    if close is None:
        what = f"No statement of {reference} for {month_text} is {state or 'closed'}"
        raise DomainError(f"{what}: close the month first, or ask for another one.")
    return close


def _tell(done: int, total: int, sentence: str) -> None:
    click.echo(f"{done} of {total}: {sentence}", file=sys.stderr)


def _statement_row(close: Any) -> dict[str, object]:
    from retained.delivery.queries.statements import content  # noqa: PLC0415 - set up now

    stated = content(close)
    return {
        "agreement": close.agreement.reference,
        "month": close.month,
        "number": close.number,
        "state": str(close.state),
        "sha256": close.sha256,
        "owed": str(stated.owed.rounded().amount),
        "net": str(stated.net.rounded().amount),
        "currency": stated.currency,
        "answer_due": close.answer_due or "",
    }
