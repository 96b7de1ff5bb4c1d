"""`retained exclusion`: tickets that one side asks not to count."""

from pathlib import Path
from typing import Any

import click

from retained.project.command_line.acting import acting
from retained.project.command_line.formats import format_option, month_in, show
from retained.shared import clock

_COLUMNS = (
    "id", "agreement", "service_level", "ticket", "month", "state", "asked_side", "reason",
    "answer", "has_mail",
)  # fmt: skip
_File = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(
    name="exclusion",
    epilog="""\b
Examples:
  retained exclusion list --as jeroen@bank.example --format csv
  retained exclusion ask AG-7 INC-1 --service-level urgent --month 2026-10 \\
      --reason "Power failure" --as jeroen@bank.example
  retained exclusion answer 12 --agree --as jeroen@bank.example
  retained exclusion answer 12 --refuse --answer "It was ours" --mail reply.eml --as ...
  retained exclusion withdraw 12 --reason "Sent twice" --as jeroen@bank.example
""",
)
def exclusion() -> None:
    """List, ask for, answer and withdraw exclusions of tickets."""


@exclusion.command("list")
@acting
@format_option
def list_exclusions(*, by: Any, format_name: str) -> None:
    """List exclusions, the newest first."""
    from retained.delivery import access  # noqa: PLC0415 - Django is set up now

    found = access.exclusions_to_read(by)
    _show(list(found), format_name)


@exclusion.command("ask")
@click.argument("reference")
@click.argument("ticket")
@click.option("--service-level", required=True, help="The service level's id.")
@click.option("--month", "month_text", help="Its month; by default as the evidence says.")
@click.option("--reason", required=True, help="Why it should not count.")
@acting
@format_option
def ask(
    *,
    reference: str,
    ticket: str,
    service_level: str,
    month_text: str | None,
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
        month=month_in(month_text) if month_text else None,
        reason=reason,
        by=by,
        at=clock.now(),
    )
    _show([made], format_name)


@exclusion.command("show")
@click.argument("key", type=int, metavar="ID")
@acting
@format_option
def show_exclusion(*, key: int, by: Any, format_name: str) -> None:
    """Show one exclusion, with its answer."""
    from retained.delivery import access  # noqa: PLC0415 - Django is set up now

    _show([access.exclusion_to_read(by, key)], format_name)


@exclusion.command("answer")
@click.argument("key", type=int, metavar="ID")
@click.option("--agree/--refuse", "agreed", required=True, help="The answer.")
@click.option("--answer", "sentence", default="", help="In a sentence; a refusal says why.")
@click.option("--mail", type=_File, help="The provider's mail, which you write down as the client.")
@acting
@format_option
def answer(
    *, key: int, agreed: bool, sentence: str, mail: Path | None, by: Any, format_name: str
) -> None:
    """Agree or refuse, as the side that did not ask; or write down what came by mail."""
    from retained.delivery import access  # noqa: PLC0415 - Django is set up now
    from retained.delivery.commands import exclusions, mailed  # noqa: PLC0415 - the same
    from retained.files.storing import SentFile  # noqa: PLC0415 - the same

    found = access.exclusion_to_read(by, key)
    said: dict[str, Any] = {
        "agreed": agreed, "answer": sentence, "by": by, "at": clock.now(), "version": found.version,
    }  # fmt: skip
    if mail is None:
        exclusions.answer_exclusion(found, **said)
    else:
        with mail.open("rb") as stream:
            mailed.record_mailed_exclusion_answer(found, SentFile(stream, mail.name), **said)
    _show([found], format_name)


@exclusion.command("withdraw")
@click.argument("key", type=int, metavar="ID")
@click.option("--reason", default="", help="Why.")
@acting
@format_option
def withdraw(*, key: int, reason: str, by: Any, format_name: str) -> None:
    """Take back what your own side asked for, as long as it is not answered."""
    from retained.delivery import access  # noqa: PLC0415 - Django is set up now
    from retained.delivery.commands.exclusions import withdraw_exclusion  # noqa: PLC0415

    found = access.exclusion_to_read(by, key)
    withdraw_exclusion(found, reason=reason, by=by, at=clock.now(), version=found.version)
    _show([found], format_name)


def _show(some: list[Any], format_name: str) -> None:
    from retained.delivery.queries.plain_rows import exclusion_row  # noqa: PLC0415 - set up now

    show([exclusion_row(one) for one in some], format_name, columns=_COLUMNS)
