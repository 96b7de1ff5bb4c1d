"""Example objects for the access walk: currencies of exchange rates."""

from directory.cast import Cast
from directory.walk_registry import Pair, example
from retained.directory.models import Person


@example("currency")
def _currency(cast: Cast, reader: Person) -> Pair:
    return Pair("EUR")  # what a currency is worth in itself needs no import
