"""`retained rates`: rate cards by a mapping; what is kept: `exchange_rates`, `rate_cards`."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click
import yaml

from retained.project.command_line.formats import format_option, show
from retained.project.command_line.program import WithStored
from retained.project.command_line.texts import refuse, text_at
from retained.strategy.engine.rate_assumptions import Shape, assumption_of, chosen
from retained.strategy.engine.rate_card_files import read_card_file
from retained.strategy.engine.rate_card_mapping import (
    MappingRefusedError,
    Unit,
    rate_card_schema,
    read_rate_card_mapping,
)
from retained.strategy.engine.rate_cards import Rate

_CARD = (
    "row", "role", "level", "location", "provider", "currency", "unit", "amount", "valid_from",
    "valid_to",
)  # fmt: skip
ASSUME = [one.value for one in Shape]
PER = [one.value for one in Unit]
RATES_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])


@click.group(
    cls=WithStored,
    stored=["exchange_rates", "rate_cards"],
    epilog="""\b
Examples:
  retained rates import eurofxref-hist.zip --as anouk@bank.example
  retained rates show USD --base EUR --on 2026-11-06 --as anouk@bank.example
  retained rates card card.csv --mapping mapping.yaml --format csv
  retained rates card card.csv --mapping mapping.yaml --role "project manager" --assume middle
  retained rates keep card.csv --mapping mapping.yaml --as anouk@bank.example
  retained rates assume rate-card-of-osprey --role engineer --as anouk@bank.example
""",
)
def rates() -> None:
    """Import reference rates and look one up; read a rate card, or keep it."""


@rates.command("card")
@click.argument("file", type=RATES_FILE)
@click.option(
    "--mapping", "mapping_file", type=RATES_FILE, required=True, help="How the file is read."
)
@click.option("--role", default="", help="Only roles that hold these words.")
@click.option("--level", default="", help="Only rates of this level.")
@click.option("--on", "day", type=DAY, help="Only rates that are valid on this day.")
@click.option(
    "--assume",
    type=click.Choice(ASSUME),
    help="Print an assumption of a case instead: the middle with its tenths, or all as seen.",
)
@click.option(
    "--per",
    type=click.Choice(PER),
    default=Unit.HOUR.value,
    show_default=True,
    help="The unit of the assumption.",
)
@click.option("--name", default="rate", show_default=True, help="The name of the assumption.")
@format_option
def card(  # noqa: PLR0913 - one for each option
    *, file: Path, mapping_file: Path, role: str, level: str, day: datetime | None,
    assume: str | None, per: str, name: str, format_name: str,
) -> None:  # fmt: skip
    """List the rates of the card FILE in one shape; rows that cannot be used are named."""
    try:
        mapping = read_rate_card_mapping(text_at(mapping_file), name=mapping_file.name)
    except MappingRefusedError as error:
        refuse(error.remarks)
    found = read_card_file(file, mapping)
    for remark in found.remarks:
        click.echo(str(remark), err=True)
    kept = list(chosen(found.rates, role=role, level=level, on=day.date() if day else None))
    if assume is None:
        show([_rate_row(one) for one in kept], format_name, columns=_CARD)
    else:
        made = assumption_of(kept, mapping, unit=Unit(per), shape=Shape(assume), asked=role)
        print_assumption({name: made.model_dump(mode="json", exclude_defaults=True)})
    if found.remarks:
        raise click.exceptions.Exit(1)


@rates.command("card-schema")
def card_schema() -> None:
    """Print the JSON Schema of a mapping of a rate card."""
    click.echo(rate_card_schema(), nl=False)


def print_assumption(assumption: dict[str, Any]) -> None:
    """Print an assumption as a case writes it."""
    click.echo(yaml.safe_dump(assumption, sort_keys=False, allow_unicode=True), nl=False)


def _rate_row(rate: Rate) -> dict[str, object]:
    return {
        "row": rate.row, "role": rate.role, "level": rate.level, "location": rate.location,
        "provider": rate.provider, "currency": rate.currency, "unit": rate.unit.value,
        "amount": str(rate.amount), "valid_from": rate.valid_from, "valid_to": rate.valid_to,
    }  # fmt: skip
