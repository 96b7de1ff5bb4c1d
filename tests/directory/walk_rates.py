"""Example objects for the access walk, and rows for the query walk: rate cards."""

import io

from directory.cast import AT, Cast
from directory.walk_cases import own_case
from directory.walk_registry import Pair, example
from directory.walk_rows import kind
from retained.directory.engine.roles import Role
from retained.directory.models import Person
from retained.files.storing import SentFile, store_upload
from retained.strategy.access.rates import CARDS_FOLDER
from retained.strategy.commands.rates import take_in_file
from retained.strategy.engine.rate_card_mapping import read_rate_card_mapping
from retained.strategy.models import RateCard

_CARD = "walked-card"
_MAPPING = """
schema: retained/rate-card/1
source: {title}
on: 2026-03-01
currency: EUR
unit: hour
columns: {{role: Role, amount: Rate, level: Level}}
"""
_ROWS = "Role;Level;Rate\nEngineer;Senior;90\nEngineer;Junior;60\n"


def _taken(title: str, rows: str, *, by: Person) -> None:
    mapping = read_rate_card_mapping(_MAPPING.format(title=title))
    sent = SentFile(io.BytesIO(rows.encode()), "card.csv")
    take_in_file(sent, lambda *_: mapping, by=by, at=AT)


@example("card")
def _card(cast: Cast, reader: Person) -> Pair:
    if not RateCard.objects.filter(reference=_CARD).exists():
        _taken("Walked card", _ROWS, by=cast.people[Role.FINANCE])
    return Pair(_CARD, "no-such-card")


@example("rate_card_columns.sent_file")
@example("rate_card_discard.sent_file")
def _sent(cast: Cast, reader: Person) -> Pair:
    mine, others = (
        store_upload(
            io.BytesIO(_ROWS.encode()), name="card.csv", by=by, at=AT, folder=CARDS_FOLDER
        ).key
        for by in (reader, cast.rival)
    )
    return Pair(mine, others)


@example("case_assumption_rates.reference")
@example("api:case_assumption_rates.reference")
def _case(cast: Cast, reader: Person) -> Pair:
    _card(cast, reader)
    return Pair(own_case(cast).reference, "SD-absent")


@kind
def _rate_cards(cast: Cast, reader: Person, number: int) -> None:
    """Another card, and another version of the walked one with more rates in it."""
    by = cast.people[Role.FINANCE]
    _card(cast, reader)
    _taken(f"Card {number}", _ROWS, by=by)
    more = "".join(f"Tester {role};Senior;{50 + role}\n" for role in range(number + 2))
    _taken("Walked card", _ROWS + more, by=by)
