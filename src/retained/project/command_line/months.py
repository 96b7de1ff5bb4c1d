"""`retained month`, `retained exclusion` and `retained credits`: closing from the command line."""

import shutil
import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from retained.project.command_line.acting import acting
from retained.project.command_line.formats import format_option, show
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.shared.money import Money
from retained.shared.months import Month

_STATEMENT = ("agreement", "month", "number", "state", "sha256", "owed", "currency", "answer_due")
_CREDIT = ("id", "agreement", "month", "amount", "currency", "state", "received", "credit_note")
_EXCLUSION = (
    "id",
    "agreement",
    "service_level",
    "ticket",
    "month",
    "state",
    "asked_side",
    "reason",
)
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
    made = check_month(agreement, _month(month_text), reason=reason, by=by, at=clock.now())
    show([_statement_row(made)], format_name, columns=_STATEMENT)


@month.command("confirm")
@click.argument("reference")
@click.argument("month_text", metavar="MONTH")
@acting
@format_option
def confirm(*, reference: str, month_text: str, by: Any, format_name: str) -> None:
    """Confirm a checked month as a second person."""
    from retained.delivery.commands.closing import confirm_month  # noqa: PLC0415 - set up now

    found = _close(by, reference, month_text, state="checked")
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

    found = _close(by, reference, month_text)
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
    found = _close(by, reference, month_text, number=number)
    if path is None:
        from retained.delivery.queries.statements import content  # noqa: PLC0415 - set up now

        columns = ("id", "attained", "unit", "expected", "met", "counted", "verdict", "reported")
        rows = [{name: getattr(level, name) for name in columns} for level in content(found).levels]
        show(rows, format_name, columns=columns)
        return
    path.write_bytes(_file(found, path.suffix.removeprefix(".")))
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
    found = _close(by, reference, month_text, number=number)
    made = make_pack(found, tell=_tell, at=clock.now())
    shutil.copyfile(made, path)
    click.echo(f"{path}: {path.stat().st_size:,} bytes.")


@click.group(
    name="exclusion",
    epilog="""\b
Examples:
  retained exclusion list --as jeroen@bank.example --format csv
  retained exclusion ask AG-7 INC-1 --service-level urgent --month 2026-10 \\
      --reason "Power failure" --as jeroen@bank.example
  retained exclusion answer 12 --agree --as jeroen@bank.example
""",
)
def exclusion() -> None:
    """List, ask for and answer exclusions of tickets."""


@exclusion.command("list")
@acting
@format_option
def list_exclusions(*, by: Any, format_name: str) -> None:
    """List exclusions, the newest first."""
    from retained.delivery import access  # noqa: PLC0415 - Django is set up now

    found = access.exclusions_to_read(by)
    show([_exclusion_row(one) for one in found], format_name, columns=_EXCLUSION)


@exclusion.command("ask")
@click.argument("reference")
@click.argument("ticket")
@click.option("--service-level", required=True, help="The service level's id.")
@click.option("--month", "month_text", required=True, help="The month in which it counts.")
@click.option("--reason", required=True, help="Why it should not count.")
@acting
@format_option
def ask(
    *,
    reference: str,
    ticket: str,
    service_level: str,
    month_text: str,
    reason: str,
    by: Any,
    format_name: str,
) -> None:
    """Ask the other side not to count a TICKET."""
    from retained.delivery import access  # noqa: PLC0415 - Django is set up now
    from retained.delivery.commands.exclusions import ask_exclusion  # noqa: PLC0415 - the same

    made = ask_exclusion(
        access.agreement_for(by, reference, "ask_exclusions"),
        ticket,
        service_level=service_level,
        month=_month(month_text),
        reason=reason,
        by=by,
        at=clock.now(),
    )
    show([_exclusion_row(made)], format_name, columns=_EXCLUSION)


@exclusion.command("answer")
@click.argument("key", type=int, metavar="ID")
@click.option("--agree/--refuse", "agreed", required=True, help="The answer.")
@click.option("--answer", "sentence", default="", help="In a sentence; a refusal says why.")
@acting
@format_option
def answer(*, key: int, agreed: bool, sentence: str, by: Any, format_name: str) -> None:
    """Agree or refuse, as the side that did not ask."""
    from retained.delivery import access  # noqa: PLC0415 - Django is set up now
    from retained.delivery.commands.exclusions import answer_exclusion  # noqa: PLC0415 - the same

    found = access.exclusion_to_read(by, key)
    answer_exclusion(
        found, agreed=agreed, answer=sentence, by=by, at=clock.now(), version=found.version
    )
    show([_exclusion_row(found)], format_name, columns=_EXCLUSION)


@click.group(
    name="credits",
    epilog="""\b
Examples:
  retained credits list --as anouk@bank.example
  retained credits claim 3 --as anouk@bank.example
  retained credits receive 3 --note CN-77 --amount 11040.00 --as anouk@bank.example
  retained credits waive 3 --reason "Settled otherwise" --as anouk@bank.example
""",
)
def credits_group() -> None:
    """List credits; claim, receive or waive one."""


@credits_group.command("list")
@acting
@format_option
def list_credits(*, by: Any, format_name: str) -> None:
    """List the credits of statements that count, the newest first."""
    from retained.delivery import access  # noqa: PLC0415 - Django is set up now

    found = access.credits_to_read(by)
    show([_credit_row(one) for one in found], format_name, columns=_CREDIT)


@credits_group.command("claim")
@click.argument("key", type=int, metavar="ID")
@acting
@format_option
def claim(*, key: int, by: Any, format_name: str) -> None:
    """Tell that a credit was asked from the provider."""
    from retained.delivery.commands.credits import claim_credit  # noqa: PLC0415 - set up now

    found = _credit(by, key)
    claim_credit(found, by=by, at=clock.now(), version=found.version)
    show([_credit_row(found)], format_name, columns=_CREDIT)


@credits_group.command("receive")
@click.argument("key", type=int, metavar="ID")
@click.option("--note", required=True, help="The number of the credit note.")
@click.option("--amount", required=True, help="Its amount, in the credit's currency.")
@acting
@format_option
def receive(*, key: int, note: str, amount: str, by: Any, format_name: str) -> None:
    """Tell that a credit note came."""
    from retained.delivery.commands.credits import receive_credit  # noqa: PLC0415 - set up now

    found = _credit(by, key)
    try:
        money = Money(Decimal(amount), found.currency)
    except InvalidOperation:
        raise DomainError(f"“{amount}” is not an amount: write it like 11040.00.") from None
    receive_credit(
        found, credit_note=note, amount=money, by=by, at=clock.now(), version=found.version
    )
    show([_credit_row(found)], format_name, columns=_CREDIT)


@credits_group.command("waive")
@click.argument("key", type=int, metavar="ID")
@click.option("--reason", required=True, help="Why it is given up.")
@acting
@format_option
def waive(*, key: int, reason: str, by: Any, format_name: str) -> None:
    """Give up a credit, with the reason."""
    from retained.delivery.commands.credits import waive_credit  # noqa: PLC0415 - set up now

    found = _credit(by, key)
    waive_credit(found, reason=reason, by=by, at=clock.now(), version=found.version)
    show([_credit_row(found)], format_name, columns=_CREDIT)


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        raise DomainError(f"“{text}” is not a month: write it like 2026-10.") from None


def _close(
    by: Any, reference: str, month_text: str, *, number: int | None = None, state: str = ""
) -> Any:
    """Return a close: by its number, in a state, or the one that counts."""
    from retained.delivery import access  # noqa: PLC0415 - Django is set up now

    found = access.closes_to_read(by).filter(
        agreement__reference=reference, month=str(_month(month_text))
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


def _credit(by: Any, key: int) -> Any:
    from retained.delivery import access  # noqa: PLC0415 - Django is set up now

    return access.credit_to_read(by, key)


def _file(close: Any, form: str) -> bytes:
    """Return a statement as one of its files."""
    from retained.delivery import statement_files  # noqa: PLC0415 - Django is set up now
    from retained.delivery.queries.shown_statements import shown_statement  # noqa: PLC0415
    from retained.delivery.queries.terms import agreed  # noqa: PLC0415

    if form not in statement_files.FORMS:
        known = ", ".join(f".{name}" for name in statement_files.FORMS)
        raise DomainError(f"Name a file that ends in one of {known}.")
    if form == "json":
        return bytes(close.document.encode())
    shown = shown_statement(close)
    if form == "pdf":
        zone = agreed(close.agreement).on(shown.content.month).zone
        return statement_files.statement_pdf(shown, zone)
    if form == "xlsx":
        return statement_files.statement_xlsx(shown)
    return statement_files.statement_csv(shown).encode()


def _tell(done: int, total: int, sentence: str) -> None:
    click.echo(f"{done} of {total}: {sentence}", file=sys.stderr)


def _statement_row(close: Any) -> dict[str, object]:
    from retained.delivery.queries.statements import content  # noqa: PLC0415 - set up now

    owed = content(close).owed
    return {
        "agreement": close.agreement.reference,
        "month": close.month,
        "number": close.number,
        "state": str(close.state),
        "sha256": close.sha256,
        "owed": str(owed.rounded().amount),
        "currency": owed.currency,
        "answer_due": close.answer_due or "",
    }


def _credit_row(credit: Any) -> dict[str, object]:
    def amount(minor: int | None) -> str:
        if minor is None:
            return ""
        return str(Money.of_minor(minor, credit.currency).amount)

    return {
        "id": credit.pk,
        "agreement": credit.agreement.reference,
        "month": credit.month,
        "amount": amount(credit.amount_minor),
        "currency": credit.currency,
        "state": str(credit.state),
        "received": amount(credit.received_minor),
        "credit_note": credit.credit_note,
    }


def _exclusion_row(one: Any) -> dict[str, object]:
    plain = {
        name: str(getattr(one, name)) for name in _EXCLUSION if name not in {"id", "agreement"}
    }
    return {"id": one.pk, "agreement": one.agreement.reference, **plain}
