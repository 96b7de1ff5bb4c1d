"""Example objects and rows for the walks: currencies, and days of exchange rates."""

import io
from datetime import timedelta

from directory.cast import AT, Cast
from directory.walk_registry import Pair, example
from directory.walk_rows import kind
from retained.directory.engine.roles import Role
from retained.directory.models import Person
from retained.evidence.commands.exchange_rates import import_rates
from retained.files.storing import SentFile


@example("currency")
def _currency(cast: Cast, reader: Person) -> Pair:
    return Pair("EUR")  # what a currency is worth in itself needs no import


@kind
def _exchange_rates(cast: Cast, reader: Person, number: int) -> None:
    """Another day of rates."""
    day = AT.date() + timedelta(days=number)
    history = f"Date,USD,GBP,\n{day},1.1{number},0.8{number},\n"
    sent = SentFile(io.BytesIO(history.encode()), f"rates-{number}.csv")
    import_rates(sent, by=cast.people[Role.FINANCE], at=AT)
