"""Writes of rate cards: keep a file, take it in as a version of a card, put aside, withdraw."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from retained.audit.record import record
from retained.directory import access as directory_access
from retained.directory.models import Person
from retained.directory.versions import only_once
from retained.files.models import StoredFile
from retained.files.storing import SentFile, discard, store_upload
from retained.shared.errors import DomainError
from retained.shared.remarks import RefusedError
from retained.strategy.access.rates import CARDS_FOLDER
from retained.strategy.engine.rate_assumptions import amount_in
from retained.strategy.engine.rate_card_files import CardTable
from retained.strategy.engine.rate_card_mapping import (
    RateCardMapping,
    Unit,
    write_rate_card_mapping,
)
from retained.strategy.engine.rate_cards import Rate
from retained.strategy.models import CardRate, RateCard
from retained.strategy.queries.rate_card_files import (
    CardRead,
    card_read,
    reference_of_card,
    sent_table,
)

LIMIT_BYTES = 20_000_000
_IN_ONE_GO = 1_000
_MOST_CURRENCIES = 40

Mapper = Callable[[StoredFile, CardTable], RateCardMapping]


class CardRefusedError(RefusedError):
    """A card cannot be taken in; `remarks` say all that is wrong with it, by row and column."""

    heading = "Nothing was taken in"
    row_word = "row"


@dataclass(frozen=True, slots=True)
class TakenCard:
    """A card that was taken in; one that was there already `is_new` no longer."""

    card: RateCard
    is_new: bool


def keep_card_file(sent: SentFile, *, by: Person, at: datetime) -> StoredFile:
    """Keep a file that somebody sent, until it is taken in or put aside."""
    return _kept_and_read(sent, by=by, at=at)[0]


def take_in_file(
    sent: SentFile, mapper: Mapper, *, leave_out: bool = False, by: Person, at: datetime
) -> TakenCard:
    """Take a card in as it comes, read as `mapper` says of it; what is refused is not kept."""
    file, table = _kept_and_read(sent, by=by, at=at)
    try:
        read = card_read(file, table, mapper(file, table))
        return _take_in(file, read, leave_out=leave_out, by=by, at=at)
    except DomainError:
        discard_card_file(file, by=by, at=at, reason="It was refused.")
        raise


def take_in_card(
    file: StoredFile,
    mapping: RateCardMapping,
    *,
    leave_out: bool = False,
    by: Person,
    at: datetime,
) -> TakenCard:
    """Keep every rate of a file as the next version of its card, or none.

    The same file read in the same way changes nothing, and goes. `leave_out` leaves out rows that
    cannot be used; else they refuse the card: CardRefusedError with every remark.
    """
    directory_access.must(by, "change_cases")
    read = card_read(file, sent_table(file), mapping)  # before the transaction: nobody waits for it
    return _take_in(file, read, leave_out=leave_out, by=by, at=at)


@transaction.atomic
def withdraw_card(card: RateCard, *, reason: str, by: Person, at: datetime) -> None:
    """Take a card that was wrong out of force; it stays readable, and so does what it made."""
    directory_access.must(by, "change_cases")
    if not reason.strip():
        raise DomainError("Say why the card is withdrawn: the reason stays in the record.")
    _supersede(card, at)
    record("withdrew", card, by=by, at=at, before={"sha256": card.sha256}, reason=reason.strip())


def discard_card_file(file: StoredFile, *, by: Person, at: datetime, reason: str) -> None:
    """Put a file aside that was not taken in."""
    directory_access.must(by, "change_cases")
    discard(file, by=by, at=at, reason=reason)


def _kept_and_read(sent: SentFile, *, by: Person, at: datetime) -> tuple[StoredFile, CardTable]:
    """Keep a file and read its rows; what cannot be read at all is not kept."""
    directory_access.must(by, "change_cases")
    file = store_upload(
        sent.stream, name=sent.name, by=by, at=at, limit_bytes=LIMIT_BYTES, folder=CARDS_FOLDER
    )
    try:
        return file, sent_table(file)
    except DomainError:
        discard_card_file(file, by=by, at=at, reason="It could not be read.")
        raise


def _take_in(
    file: StoredFile, read: CardRead, *, leave_out: bool, by: Person, at: datetime
) -> TakenCard:
    if read.is_same and read.before is not None:
        discard_card_file(file, by=by, at=at, reason="This card was there already.")
        return TakenCard(read.before, is_new=False)
    if read.remarks and not (leave_out and read.rates):
        raise CardRefusedError(list(read.remarks))
    if not read.rates:
        raise DomainError(f"{file.original_name} holds no rate.")
    return TakenCard(_keep(file, read, by=by, at=at), is_new=True)


@transaction.atomic
def _keep(file: StoredFile, read: CardRead, *, by: Person, at: datetime) -> RateCard:
    reference = reference_of_card(read.mapping)
    if read.before is not None:
        _supersede(read.before, at)
    versions = RateCard.objects.filter(reference=reference).aggregate(last=Max("version"))
    used = Counter(one.currency for one in read.rates).most_common(_MOST_CURRENCIES)
    with only_once("Somebody took a card of this name in at the same moment: look at it first."):
        card = RateCard.objects.create(
            reference=reference,
            version=(versions["last"] or 0) + 1,
            title=read.mapping.source,
            on=read.mapping.on,
            document=write_rate_card_mapping(read.mapping),
            file=file,
            sha256=file.sha256,
            currencies=", ".join(currency for currency, _ in used),
            count=len(read.rates),
            left_out=read.left_out,
            remarks=[one.as_plain() for one in read.remarks],
            prior=read.mapping.prior,
            taken_in_by_key=by.actor_key,
            taken_in_at=at,
        )
    rows = (_row(card, one, read.mapping) for one in read.rates)
    CardRate.objects.bulk_create(rows, batch_size=_IN_ONE_GO)
    after = {"version": card.version, "sha256": card.sha256, "rates": card.count}
    record("took in", card, by=by, at=at, after=after | {"left_out": card.left_out})
    return card


def _supersede(card: RateCard, at: datetime) -> None:
    counting = RateCard.objects.filter(pk=card.pk, superseded_at=None)
    if not counting.update(superseded_at=at):
        raise DomainError("This card counts no more: look at the list of cards.")
    card.superseded_at = at


def _row(card: RateCard, rate: Rate, mapping: RateCardMapping) -> CardRate:
    return CardRate(
        card=card,
        row=rate.row,
        role=rate.role,
        level=rate.level,
        location=rate.location,
        provider=rate.provider,
        currency=rate.currency,
        unit=rate.unit.value,
        amount=str(rate.amount),
        hour_hundredths=int(amount_in(rate, Unit.HOUR, mapping).scaleb(2)),
        valid_from=rate.valid_from,
        valid_to=rate.valid_to,
    )
