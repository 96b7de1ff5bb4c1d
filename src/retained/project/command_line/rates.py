"""`retained rates`: dated exchange rates, and rate cards by a mapping.

`card` and `card-schema` work on files alone, without a database; the others act as a named person.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from retained.project.command_line.acting import acting
from retained.project.command_line.formats import format_option, show
from retained.project.command_line.program import set_up_django
from retained.project.command_line.texts import refuse
from retained.shared import clock

_WITHOUT_DATABASE: set[str] = set()
_IMPORTED = ("new", "unchanged", "superseding", "first_day", "last_day")
_RATE = ("currency", "base", "asked", "day", "rate", "source")
_File = click.Path(exists=True, dir_okay=False, path_type=Path)
_Day = click.DateTime(["%Y-%m-%d"])


@click.group(
    epilog="""\b
Examples:
  retained rates import eurofxref-hist.zip --as anouk@bank.example
  retained rates show USD --base EUR --on 2026-11-06 --as anouk@bank.example
"""
)
@click.pass_context
def rates(ctx: click.Context) -> None:
    """Import reference rates and look one up."""
    if ctx.invoked_subcommand not in _WITHOUT_DATABASE:
        set_up_django()


@rates.command("import")
@click.argument("file", type=_File)
@click.option(
    "--since",
    type=_Day,
    default="2015-01-01",
    show_default=True,
    help="The first day to keep: the whole history is a quarter of a million rates.",
)
@acting
@format_option
def import_file(*, file: Path, since: datetime, by: Any, format_name: str) -> None:
    """Import the European Central Bank's history FILE: CSV, or the ZIP that holds it."""
    from retained.evidence.commands.exchange_rates import import_rates  # noqa: PLC0415 - set up now
    from retained.evidence.engine.exchange_rates import (  # noqa: PLC0415 - the same
        RatesRefusedError,
    )
    from retained.files.storing import SentFile  # noqa: PLC0415 - the same

    try:
        with file.open("rb") as content:
            sent = SentFile(content, file.name)
            found = import_rates(sent, by=by, at=clock.now(), since=since.date())
    except RatesRefusedError as error:
        refuse(error.remarks)
    show([{name: getattr(found, name) for name in _IMPORTED}], format_name, columns=_IMPORTED)


@rates.command("show")
@click.argument("currency")
@click.option("--base", default="EUR", show_default=True, help="In which currency it is counted.")
@click.option("--on", "day", type=_Day, help="The day; today by default.")
@acting
@format_option
def show_rate(*, currency: str, base: str, day: datetime | None, by: Any, format_name: str) -> None:
    """Say what one unit of CURRENCY was worth, and on which day that rate was made."""
    from retained.directory.access import must  # noqa: PLC0415 - Django is set up now
    from retained.evidence.queries.exchange_rates import rate_on  # noqa: PLC0415 - the same

    must(by, "read_rates")
    asked = (day or clock.now()).date()
    found = rate_on(currency.upper(), base.upper(), asked)
    row = {
        "currency": found.currency, "base": found.base, "asked": asked, "day": found.day,
        "rate": str(found.rate), "source": found.source,
    }  # fmt: skip
    show([row], format_name, columns=_RATE)
