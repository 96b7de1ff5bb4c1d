"""`retained rates` for exchange rates that are kept: import the reference rates, look one up."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from retained.directory.access import must
from retained.evidence.commands.exchange_rates import import_rates
from retained.evidence.engine.exchange_rates import RatesRefusedError
from retained.evidence.queries.exchange_rates import rate_on
from retained.files.storing import SentFile
from retained.project.command_line.acting import acting
from retained.project.command_line.formats import format_option, show
from retained.project.command_line.rates import DAY, RATES_FILE, print_assumption, rates
from retained.project.command_line.texts import refuse
from retained.shared import clock

_IMPORTED = ("new", "unchanged", "superseding", "first_day", "last_day")
_RATE = ("currency", "base", "asked", "day", "rate", "source")


@rates.command("import")
@click.argument("file", type=RATES_FILE)
@click.option(
    "--since",
    type=DAY,
    default="2015-01-01",
    show_default=True,
    help="The first day to keep: the whole history is a quarter of a million rates.",
)
@acting
@format_option
def import_file(*, file: Path, since: datetime, by: Any, format_name: str) -> None:
    """Import the European Central Bank's history FILE: CSV, or the ZIP that holds it."""
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
@click.option("--on", "day", type=DAY, help="The day; today by default.")
@click.option("--assume", metavar="NAME", help="Print it as an assumption of a case instead.")
@acting
@format_option
def show_rate(
    *, currency: str, base: str, day: datetime | None, assume: str | None, by: Any, format_name: str
) -> None:
    """Say what one unit of CURRENCY was worth, and on which day that rate was made."""
    must(by, "read_rates")
    asked = (day or clock.now()).date()
    found = rate_on(currency.upper(), base.upper(), asked)
    if assume:
        told = {
            "title": f"What one {found.currency} is worth", "value": found.figure,
            "unit": found.base, "source": found.source, "on": found.day,
        }  # fmt: skip
        print_assumption({assume: told})
        return
    row = {
        "currency": found.currency, "base": found.base, "asked": asked, "day": found.day,
        "rate": str(found.rate), "source": found.source,
    }  # fmt: skip
    show([row], format_name, columns=_RATE)
