"""`retained credits`: what confirmed months give back, from the command line."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from retained.project.command_line.acting import acting
from retained.project.command_line.formats import format_option, show
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.shared.money import Money

_CREDIT = (
    "id", "agreement", "month", "amount", "currency", "state", "received", "credit_note",
    "earned_back",
)  # fmt: skip


_EARN_BACK = (
    "service_level", "month", "credit_minor", "amount_minor", "currency", "standing", "decided_in",
    "sentence",
)  # fmt: skip


@click.group(
    name="credits",
    epilog="""\b
Examples:
  retained credits list --as anouk@bank.example
  retained credits earn-backs AG-7 --as anouk@bank.example
  retained credits claim 3 --as anouk@bank.example
  retained credits receive 3 --note CN-77 --amount 11040.00 --as anouk@bank.example
  retained credits give-back 4 --invoice R-12 --amount 552.00 --as anouk@bank.example
  retained credits waive 3 --reason "Settled otherwise" --as anouk@bank.example
""",
)
def credits_group() -> None:
    """List credits; claim, receive, give back or waive one."""


@credits_group.command("list")
@acting
@format_option
def list_credits(*, by: Any, format_name: str) -> None:
    """List the credits of statements that count, the newest first."""
    from retained.delivery import access  # noqa: PLC0415 - Django is set up now

    found = access.credits_to_read(by)
    _show(list(found), format_name)


@credits_group.command("earn-backs")
@click.argument("reference")
@acting
@format_option
def earn_backs(*, reference: str, by: Any, format_name: str) -> None:
    """Show where each credit of an agreement stands that can be earned back."""
    from retained.delivery import access  # noqa: PLC0415 - Django is set up now
    from retained.delivery.queries.plain_rows import earn_back_rows  # noqa: PLC0415 - the same

    show(earn_back_rows(access.agreement_to_watch(by, reference)), format_name, columns=_EARN_BACK)


@credits_group.command("claim")
@click.argument("key", type=int, metavar="ID")
@acting
@format_option
def claim(*, key: int, by: Any, format_name: str) -> None:
    """Tell that a credit was asked from the provider."""
    from retained.delivery.commands.credits import claim_credit  # noqa: PLC0415 - set up now

    found = _credit(by, key)
    claim_credit(found, by=by, at=clock.now(), version=found.version)
    _show([found], format_name)


@credits_group.command("receive")
@click.argument("key", type=int, metavar="ID")
@click.option("--note", required=True, help="The number of the credit note.")
@click.option("--amount", required=True, help="Its amount, in the credit's currency.")
@click.option("--covers-several", is_flag=True, help="Its number settles another credit as well.")
@acting
@format_option
def receive(
    *, key: int, note: str, amount: str, covers_several: bool, by: Any, format_name: str
) -> None:
    """Tell that a credit note came."""
    from retained.delivery.commands.credits import receive_credit  # noqa: PLC0415 - set up now

    found = _credit(by, key)
    money = _amount(amount, found.currency)
    receive_credit(
        found,
        credit_note=note,
        amount=money,
        covers_several=covers_several,
        by=by,
        at=clock.now(),
        version=found.version,
    )
    _show([found], format_name)


@credits_group.command("give-back")
@click.argument("key", type=int, metavar="ID")
@click.option("--invoice", required=True, help="The number of the provider's invoice.")
@click.option("--amount", required=True, help="Its amount, in the credit's currency.")
@acting
@format_option
def give_back_credit(*, key: int, invoice: str, amount: str, by: Any, format_name: str) -> None:
    """Tell that what a month earned back above what it owes was given to the provider."""
    from retained.delivery.commands.credits import give_back  # noqa: PLC0415 - set up now

    found = _credit(by, key)
    money = _amount(amount, found.currency)
    give_back(found, invoice=invoice, amount=money, by=by, at=clock.now(), version=found.version)
    _show([found], format_name)


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
    _show([found], format_name)


def _amount(text: str, currency: str) -> Money:
    try:
        return Money(Decimal(text), currency)
    except InvalidOperation:
        raise DomainError(f"“{text}” is not an amount: write it like 11040.00.") from None


def _credit(by: Any, key: int) -> Any:
    from retained.delivery import access  # noqa: PLC0415 - Django is set up now

    return access.credit_to_read(by, key)


def _show(credits: Sequence[Any], format_name: str) -> None:
    from retained.delivery.queries.credits import credit_rows  # noqa: PLC0415 - set up now

    show([_credit_row(row) for row in credit_rows(credits)], format_name, columns=_CREDIT)


def _credit_row(row: Any) -> dict[str, object]:
    return {
        "id": row.key,
        "agreement": row.reference,
        "month": str(row.month),
        "amount": str(row.amount.amount),
        "currency": row.amount.currency,
        "state": str(row.state),
        "received": str(row.received.amount) if row.received else "",
        "credit_note": row.credit_note,
        "earned_back": str(row.earned_back.amount) if row.earned_back else "",
    }
