"""`retained rates`: dated exchange rates, and rate cards by a mapping.

`card` and `card-schema` work on files alone, without a database; the others act as a named person.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import click
import yaml

from retained.project.command_line.acting import acting
from retained.project.command_line.formats import format_option, show
from retained.project.command_line.program import set_up_django
from retained.project.command_line.texts import refuse, text_at
from retained.shared import clock
from retained.strategy.engine.rate_card_mapping import (
    MappingRefusedError,
    Unit,
    rate_card_schema,
    read_rate_card_mapping,
)
from retained.strategy.engine.rate_cards import Rate, assumption_of, chosen, read_rate_card

_WITHOUT_DATABASE = {"card", "card-schema"}
_IMPORTED = ("new", "unchanged", "superseding", "first_day", "last_day")
_RATE = ("currency", "base", "asked", "day", "rate", "source")
_CARD = (
    "row", "role", "level", "location", "provider", "currency", "unit", "amount", "valid_from",
    "valid_to",
)  # fmt: skip
_File = click.Path(exists=True, dir_okay=False, path_type=Path)
_Day = click.DateTime(["%Y-%m-%d"])


@click.group(
    epilog="""\b
Examples:
  retained rates import eurofxref-hist.zip --as anouk@bank.example
  retained rates show USD --base EUR --on 2026-11-06 --as anouk@bank.example
  retained rates card card.csv --mapping mapping.yaml --format csv
  retained rates card card.csv --mapping mapping.yaml --role "project manager" --assume middle
"""
)
@click.pass_context
def rates(ctx: click.Context) -> None:
    """Import reference rates and look one up; read a rate card."""
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
@click.option("--assume", metavar="NAME", help="Print it as an assumption of a case instead.")
@acting
@format_option
def show_rate(
    *, currency: str, base: str, day: datetime | None, assume: str | None, by: Any, format_name: str
) -> None:
    """Say what one unit of CURRENCY was worth, and on which day that rate was made."""
    from retained.directory.access import must  # noqa: PLC0415 - Django is set up now
    from retained.evidence.queries.exchange_rates import rate_on  # noqa: PLC0415 - the same

    must(by, "read_rates")
    asked = (day or clock.now()).date()
    found = rate_on(currency.upper(), base.upper(), asked)
    if assume:
        told = {
            "title": f"What one {found.currency} is worth", "value": found.figure,
            "unit": found.base, "source": found.source, "on": found.day,
        }  # fmt: skip
        _print({assume: told})
        return
    row = {
        "currency": found.currency, "base": found.base, "asked": asked, "day": found.day,
        "rate": str(found.rate), "source": found.source,
    }  # fmt: skip
    show([row], format_name, columns=_RATE)


@rates.command("card")
@click.argument("file", type=_File)
@click.option("--mapping", "mapping_file", type=_File, required=True, help="How the file is read.")
@click.option("--role", default="", help="Only roles that hold these words.")
@click.option("--on", "day", type=_Day, help="Only rates that are valid on this day.")
@click.option(
    "--assume",
    type=click.Choice(["middle", "seen"]),
    help="Print an assumption of a case instead: the middle with its tenths, or all as seen.",
)
@click.option(
    "--per",
    type=click.Choice([one.value for one in Unit]),
    default=Unit.HOUR.value,
    show_default=True,
    help="The unit of the assumption.",
)
@click.option("--name", default="rate", show_default=True, help="The name of the assumption.")
@format_option
def card(
    *, file: Path, mapping_file: Path, role: str, day: datetime | None, assume: str | None,
    per: str, name: str, format_name: str,
) -> None:  # fmt: skip
    """List the rates of the card FILE in one shape; rows that cannot be used are named."""
    try:
        mapping = read_rate_card_mapping(text_at(mapping_file), name=mapping_file.name)
    except MappingRefusedError as error:
        refuse(error.remarks)
    found = read_rate_card(file.read_bytes(), mapping, name=file.name)
    for remark in found.remarks:
        click.echo(str(remark), err=True)
    kept = list(chosen(found.rates, role=role, on=day.date() if day else None))
    if assume is None:
        show([_rate_row(one) for one in kept], format_name, columns=_CARD)
    else:
        made = assumption_of(kept, mapping, unit=Unit(per), as_seen=assume == "seen")
        _print({name: made.model_dump(mode="json", exclude_defaults=True)})
    if found.remarks:
        raise click.exceptions.Exit(1)


@rates.command("card-schema")
def card_schema() -> None:
    """Print the JSON Schema of a mapping of a rate card."""
    click.echo(rate_card_schema(), nl=False)


def _print(assumption: dict[str, Any]) -> None:
    click.echo(yaml.safe_dump(assumption, sort_keys=False, allow_unicode=True), nl=False)


def _rate_row(rate: Rate) -> dict[str, object]:
    return {
        "row": rate.row, "role": rate.role, "level": rate.level, "location": rate.location,
        "provider": rate.provider, "currency": rate.currency, "unit": rate.unit.value,
        "amount": str(rate.amount), "valid_from": rate.valid_from, "valid_to": rate.valid_to,
    }  # fmt: skip
