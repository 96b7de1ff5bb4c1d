"""`retained statement`: the provider's own figures, and what it says to a statement."""

from pathlib import Path
from typing import Any

import click

from retained.project.command_line.acting import acting
from retained.project.command_line.formats import format_option, month_in, show
from retained.project.command_line.months import close_of
from retained.shared import clock
from retained.shared.errors import DomainError

_REPORTED = (
    "service_level", "title", "attained", "unit", "reported", "reported_met", "reported_counted",
)  # fmt: skip
_ANSWERS = ("id", "kind", "sentence", "disputed", "currency", "side", "at", "has_mail")
_File = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(
    epilog="""\b
Examples:
  retained statement report AG-7 2026-10 urgent --met 229 --counted 240 --as jeroen@bank.example
  retained statement report AG-7 2026-10 urgent --percent 95.4 --as jeroen@bank.example
  retained statement reported AG-7 2026-10 --as jeroen@bank.example
  retained statement answer AG-7 2026-10 --agree --as noor@brightdesk.example
  retained statement answer AG-7 2026-10 --dispute --sentence "Third party" --amount 2760.00 \\
      --mail reply.eml --as jeroen@bank.example
  retained statement answers AG-7 2026-10 --as jeroen@bank.example
  retained statement mail 3 --to reply.eml --as jeroen@bank.example
  retained statement drop AG-7 2026-10 --reason "A file came late" --as jeroen@bank.example
"""
)
def statement() -> None:
    """Enter the provider's figures; answer a statement, or write its answer down."""


@statement.command("reported")
@click.argument("reference")
@click.argument("month_text", metavar="MONTH")
@acting
@format_option
def reported(*, reference: str, month_text: str, by: Any, format_name: str) -> None:
    """Show the provider's own figures of a month beside ours."""
    from retained.delivery import access  # noqa: PLC0415 - Django is set up now

    _show_reported(access.agreement_to_watch(by, reference), month_text, format_name)


@statement.command("report")
@click.argument("reference")
@click.argument("month_text", metavar="MONTH")
@click.argument("level")
@click.option("--met", type=click.IntRange(0, 10**9), help="Tickets that the provider says it met.")
@click.option("--counted", type=click.IntRange(0, 10**9), help="Tickets that it counted.")
@click.option("--percent", default="", help="Or its percentage, such as 95.4.")
@acting
@format_option
def report(
    *,
    reference: str,
    month_text: str,
    level: str,
    met: int | None,
    counted: int | None,
    percent: str,
    by: Any,
    format_name: str,
) -> None:
    """Keep the provider's own figure of a service LEVEL; a later one takes its place."""
    from retained.delivery import access  # noqa: PLC0415 - Django is set up now
    from retained.delivery.commands.reporting import keep_provider_figures  # noqa: PLC0415
    from retained.delivery.queries.closes import month_state  # noqa: PLC0415
    from retained.evidence.commands.reported import Figure  # noqa: PLC0415

    agreement, month = access.agreement_for(by, reference, "check_months"), month_in(month_text)
    titles = {one.level_id: one.title for one in month_state(agreement, month).row.there}
    if level not in titles:
        raise DomainError(f"“{level}” is none of {', '.join(titles)}.")
    figure = Figure(titles[level], month, met=met, counted=counted, percent=percent.strip())
    keep_provider_figures(agreement, month, [figure], by=by, at=clock.now())
    _show_reported(agreement, month_text, format_name)


@statement.command("answer")
@click.argument("reference")
@click.argument("month_text", metavar="MONTH")
@click.option("--agree/--dispute", "agreed", required=True, help="The answer.")
@click.option("--sentence", default="", help="A dispute says what, and why.")
@click.option("--amount", default="", help="The disputed amount, if it is named.")
@click.option("--mail", type=_File, help="The provider's mail, which you write down as the client.")
@acting
@format_option
def answer(
    *,
    reference: str,
    month_text: str,
    agreed: bool,
    sentence: str,
    amount: str,
    mail: Path | None,
    by: Any,
    format_name: str,
) -> None:
    """Agree to a statement or dispute it, as the provider; with --mail, as the client."""
    from retained.delivery.commands import answers, mailed  # noqa: PLC0415 - Django is set up now
    from retained.delivery.queries.plain_rows import answer_rows  # noqa: PLC0415 - the same
    from retained.delivery.queries.statements import content  # noqa: PLC0415 - the same
    from retained.files.storing import SentFile  # noqa: PLC0415 - the same

    close = close_of(by, reference, month_text)
    kind = answers.Kind.AGREED if agreed else answers.Kind.DISPUTED
    disputed = answers.disputed_amount(amount, content(close).currency)
    given = answers.Answer(kind, sentence, disputed)
    acts: dict[str, Any] = {"by": by, "at": clock.now(), "version": close.version}
    if mail is None:
        answers.answer_statement(close, given, **acts)
    else:
        with mail.open("rb") as stream:
            mailed.record_mailed_answer(close, given, SentFile(stream, mail.name), **acts)
    show(answer_rows(close)[:1], format_name, columns=_ANSWERS)


@statement.command("answers")
@click.argument("reference")
@click.argument("month_text", metavar="MONTH")
@click.option("--number", type=int, help="Which statement; the one that counts by default.")
@acting
@format_option
def list_answers(
    *, reference: str, month_text: str, number: int | None, by: Any, format_name: str
) -> None:
    """List what was answered to a statement, the latest first."""
    from retained.delivery.queries.plain_rows import answer_rows  # noqa: PLC0415 - set up now

    close = close_of(by, reference, month_text, number=number)
    show(answer_rows(close), format_name, columns=_ANSWERS)


@statement.command("mail")
@click.argument("key", type=int, metavar="ID")
@click.option("--to", "path", type=click.Path(path_type=Path), required=True, help="The file.")
@click.option("--exclusion", is_flag=True, help="ID is an exclusion's, not an answer's.")
@acting
def mail(*, key: int, path: Path, exclusion: bool, by: Any) -> None:
    """Write the mail that an answer came in to a file."""
    from retained.delivery import access  # noqa: PLC0415 - Django is set up now
    from retained.files.storing import open_stored  # noqa: PLC0415 - the same

    found = access.exclusion_mail(by, key) if exclusion else access.answer_mail(by, key)
    with open_stored(found) as stream:
        path.write_bytes(stream.read())
    click.echo(f"{path}: {found.original_name}, SHA-256 {found.sha256}.")


@statement.command("drop")
@click.argument("reference")
@click.argument("month_text", metavar="MONTH")
@click.option("--reason", default="", help="Why.")
@acting
def drop(*, reference: str, month_text: str, reason: str, by: Any) -> None:
    """Drop a check that was not confirmed."""
    from retained.delivery.commands.closing import drop_check  # noqa: PLC0415 - set up now

    found = close_of(by, reference, month_text, state="checked")
    drop_check(found, reason=reason, by=by, at=clock.now(), version=found.version)
    click.echo(f"The check of {month_text} is dropped: the month can be checked anew.")


def _show_reported(agreement: Any, month_text: str, format_name: str) -> None:
    from retained.delivery.queries.closes import month_state  # noqa: PLC0415 - set up now
    from retained.delivery.queries.plain_rows import reported_rows  # noqa: PLC0415 - the same

    rows = reported_rows(month_state(agreement, month_in(month_text)).row.there)
    show(rows, format_name, columns=_REPORTED)
