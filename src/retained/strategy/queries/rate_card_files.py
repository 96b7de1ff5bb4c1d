"""Reads of a file of rates that somebody sent: its rows, a guess, and the card it would be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from retained.files.child import run_limited
from retained.files.models import StoredFile
from retained.files.storing import path_of
from retained.shared.errors import DomainError
from retained.shared.remarks import Remark
from retained.strategy.engine.function_sheets import reference_of
from retained.strategy.engine.rate_assumptions import amount_in
from retained.strategy.engine.rate_card_columns import guessed_card
from retained.strategy.engine.rate_card_files import CardTable, card_in, card_rows, table_of
from retained.strategy.engine.rate_card_mapping import (
    RateCardMapping,
    Unit,
    mapping_as_document,
    write_rate_card_mapping,
)
from retained.strategy.engine.rate_cards import Rate
from retained.strategy.models import RateCard
from retained.strategy.queries.rates import RateRow, mapping_of_card


@dataclass(frozen=True, slots=True)
class CardRead:
    """What a file would be as a card; `before` is the version in force that it would supersede."""

    mapping: RateCardMapping
    rates: Sequence[Rate]
    remarks: Sequence[Remark]
    before: RateCard | None
    is_same: bool

    @property
    def left_out(self) -> int:
        """How many rows cannot be used."""
        return len({one.place.row for one in self.remarks})


def sent_table(file: StoredFile) -> CardTable:
    """Return a file's rows, read in a child process with limits; raises DomainError."""
    table = table_of(run_limited(card_rows, str(path_of(file)), file.original_name))
    if not table.rows:
        raise DomainError(f"{file.original_name} holds no rows below its header.")
    return table


def guessed_document(file: StoredFile, table: CardTable) -> dict[str, Any]:
    """Return how a file is most likely read: as it was the last time, or as its headings say."""
    there = RateCard.objects.filter(sha256=file.sha256, superseded_at=None).first()
    if there is not None:
        return mapping_as_document(mapping_of_card(there))
    return guessed_card(table.columns, table.rows, name=file.original_name)


def card_read(file: StoredFile, table: CardTable, mapping: RateCardMapping) -> CardRead:
    """Return what a file would be as a card; raises DomainError where a column is not there."""
    read = card_in(table, mapping, name=file.original_name)
    before = in_force(reference_of_card(mapping))
    is_same = before is not None and (
        (before.sha256, before.document) == (file.sha256, write_rate_card_mapping(mapping))
    )
    return CardRead(mapping, read.rates, read.remarks, before, is_same)


def reference_of_card(mapping: RateCardMapping) -> str:
    """Return the reference that is made of a card's name; “new” is the address of a new one."""
    made = reference_of(mapping.source)
    return made if made not in {"", "new"} else f"rate-card-{made}".strip("-")


def in_force(reference: str) -> RateCard | None:
    """Return the version of a card that counts now."""
    return RateCard.objects.filter(reference=reference, superseded_at=None).first()


def rows_as_read(read: CardRead, most: int) -> list[RateRow]:
    """Return the first rates as they would be kept."""
    return [
        RateRow(
            one.row, one.role, one.level, one.location, one.provider, one.currency, one.unit,
            one.amount, amount_in(one, Unit.HOUR, read.mapping), one.valid_from, one.valid_to,
        )
        for one in read.rates[:most]
    ]  # fmt: skip
