"""`retained rates` for cards that are kept: take one in, list them, withdraw one, use one."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from retained.files.storing import SentFile
from retained.project.command_line.acting import acting
from retained.project.command_line.formats import format_option, show
from retained.project.command_line.rates import (
    ASSUME,
    DAY,
    PER,
    RATES_FILE,
    print_assumption,
    rates,
)
from retained.project.command_line.texts import refuse, text_at
from retained.shared import clock
from retained.shared.remarks import RefusedError
from retained.strategy.access.rates import (
    rate_card_to_change,
    rate_card_to_read,
    rate_cards_to_read,
)
from retained.strategy.commands.rates import take_in_file, withdraw_card
from retained.strategy.engine.rate_assumptions import Shape
from retained.strategy.engine.rate_card_mapping import Unit, read_rate_card_mapping
from retained.strategy.queries.rates import Wanted, assumption_from, card_rows

_CARDS = ("reference", "version", "title", "on", "currencies", "rates", "left_out", "state")


@rates.command("keep")
@click.argument("file", type=RATES_FILE)
@click.option(
    "--mapping", "mapping_file", type=RATES_FILE, required=True, help="How the file is read."
)
@click.option("--leave-out", is_flag=True, help="Leave out the rows that cannot be used.")
@acting
@format_option
def keep(*, file: Path, mapping_file: Path, leave_out: bool, by: Any, format_name: str) -> None:
    """Keep the card FILE, every rate of it or none; one of the same name is superseded."""
    try:
        mapping = read_rate_card_mapping(text_at(mapping_file), name=mapping_file.name)
        with file.open("rb") as content:
            taken = take_in_file(
                SentFile(content, file.name), lambda *_: mapping, leave_out=leave_out, by=by,
                at=clock.now(),
            )  # fmt: skip
    except RefusedError as error:
        refuse(error.remarks)
    _show([taken.card], format_name)


@rates.command("cards")
@acting
@format_option
def cards(*, by: Any, format_name: str) -> None:
    """List the rate cards in force."""
    counting = rate_cards_to_read(by).filter(superseded_at=None)
    _show(counting.select_related("file").order_by("reference"), format_name)


@rates.command("assume")
@click.argument("card")
@click.option("--role", default="", help="Only roles that hold these words.")
@click.option("--level", default="", help="Only rates of this level.")
@click.option("--on", "day", type=DAY, help="Only rates that are valid on this day.")
@click.option(
    "--keep", type=click.Choice(ASSUME), default=Shape.MIDDLE.value, show_default=True,
    help="What is kept of them.",
)  # fmt: skip
@click.option("--per", type=click.Choice(PER), default=Unit.HOUR.value, show_default=True)
@click.option("--name", default="rate", show_default=True, help="The name of the assumption.")
@acting
def assume(
    *, card: str, role: str, level: str, day: datetime | None, keep: str, per: str, name: str,
    by: Any,
) -> None:  # fmt: skip
    """Print what rates of the kept CARD make as an assumption of a case."""
    wanted = Wanted(
        role=role,
        level=level,
        on=day.date() if day else None,
        unit=Unit(per),
        shape=Shape(keep),
    )
    made = assumption_from(rate_card_to_read(by, card), wanted)
    print_assumption({name: made.model_dump(mode="json", exclude_defaults=True)})


@rates.command("withdraw")
@click.argument("card")
@click.option("--reason", required=True, help="Why: it stays in the record.")
@acting
def withdraw(*, card: str, reason: str, by: Any) -> None:
    """Take the kept CARD out of force; what was made of it stays."""
    found = rate_card_to_change(by, card)
    withdraw_card(found, reason=reason, by=by, at=clock.now())
    click.echo(f"{found.title} is withdrawn.")


def _show(found: Any, format_name: str) -> None:
    rows = [{name: getattr(row, name) for name in _CARDS} for row in card_rows(found)]
    show(rows, format_name, columns=_CARDS)
