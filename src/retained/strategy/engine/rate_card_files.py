"""Files of rate cards, of any format that evidence can read, as rates.

In   a path, the name that the file came with, and how it is read
Out  rates, and every remark about the file at once
Why  docs/reference/rate-card.md
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retained.shared.remarks import Remark, Severity
from retained.strategy.engine.rate_card_mapping import RateCardMapping
from retained.strategy.engine.rate_cards import RateCard, read_rate_card
from retained.strategy.engine.sheet_rows import rows_of

MOST_RATES = 20_000


@dataclass(frozen=True, slots=True)
class CardTable:
    """A file as it came: columns, numbered rows, and the rows that are none."""

    columns: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]
    unreadable: Sequence[Remark]


def card_rows(path: str, name: str) -> dict[str, Any]:
    """Return the rows of a file as plain values, for a child process (retained.files.child)."""
    return rows_of(path, name, MOST_RATES)


def table_of(plain: dict[str, Any]) -> CardTable:
    """Return what `card_rows` gave."""
    remarks = [Remark.of_plain(one) for one in plain["remarks"]]
    return CardTable(
        plain["columns"],
        [(number, cells) for number, cells in plain["rows"]],
        [one for one in remarks if one.severity is not Severity.NOTE],
    )


def card_in(table: CardTable, mapping: RateCardMapping, *, name: str) -> RateCard:
    """Return the rates of a table, and what cannot be used of it, by row."""
    found = read_rate_card(table.columns, table.rows, mapping, name=name)
    remarks = sorted((*table.unreadable, *found.remarks), key=lambda one: one.place.row or 0)
    return RateCard(found.rates, tuple(remarks))


def read_card_file(path: Path, mapping: RateCardMapping, *, name: str = "") -> RateCard:
    """Return the rates of a file; raises DomainError where it is no table or lacks columns."""
    name = name or path.name
    return card_in(table_of(card_rows(str(path), name)), mapping, name=name)
