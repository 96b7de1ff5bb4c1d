"""Reads of rate cards: the list, the rates of one, and how they spread."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from textwrap import shorten

from django.db.models import Q, QuerySet

from retained.directory.queries.people import names_of
from retained.shared.errors import DomainError
from retained.shared.remarks import Remark
from retained.strategy.engine.case_terms import AssumptionTerms
from retained.strategy.engine.rate_assumptions import (
    Shape,
    Spread,
    assumption_of,
    chosen,
    spread_of,
    spreads,
)
from retained.strategy.engine.rate_card_mapping import (
    RateCardMapping,
    Unit,
    read_rate_card_mapping,
)
from retained.strategy.engine.rate_cards import Rate
from retained.strategy.models import CardRate, RateCard

_MOST_SHOWN = 120
IN_FORCE, SUPERSEDED, WITHDRAWN = "in force", "superseded", "withdrawn"


@dataclass(frozen=True, slots=True)
class CardRow:
    """A version of a card as lists and programs read it."""

    reference: str
    version: int
    title: str
    on: date
    currencies: str
    rates: int
    left_out: int
    prior: bool
    state: str
    sha256: str
    file: str
    taken_in_by: str
    taken_in_at: datetime
    superseded_at: datetime | None


@dataclass(frozen=True, slots=True)
class RateRow:
    """A rate as lists and programs read it; `hour` is what it is for an hour."""

    row: int
    role: str
    level: str
    location: str
    provider: str
    currency: str
    unit: Unit
    amount: Decimal
    hour: Decimal
    valid_from: date | None
    valid_to: date | None

    @property
    def role_shown(self) -> str:
        """The role as a list shows it: some cards write whole job descriptions."""
        return shorten(self.role, _MOST_SHOWN, placeholder=" …")


@dataclass(frozen=True, slots=True)
class CardSpreads:
    """How the rates of a card spread for an hour, in the currency that most of them are in."""

    currency: str
    together: Spread
    others: int  # rates in other currencies
    by_role: Sequence[Spread]
    by_level: Sequence[Spread]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rates of a card make an assumption, for which unit, and what is kept of them."""

    role: str = ""
    level: str = ""
    on: date | None = None
    unit: Unit = Unit.HOUR
    shape: Shape = Shape.MIDDLE


def cards_named(cards: QuerySet[RateCard], words: Iterable[str]) -> QuerySet[RateCard]:
    """Return the cards in whose reference or title every word is found."""
    for word in words:
        cards = cards.filter(Q(reference__icontains=word) | Q(title__icontains=word))
    return cards


def card_rows(cards: Iterable[RateCard]) -> list[CardRow]:
    """Return cards as rows, in three queries."""
    found = list(cards)
    names = names_of({one.taken_in_by_key for one in found})
    later = _newest_versions(found)
    return [
        CardRow(
            reference=one.reference,
            version=one.version,
            title=one.title,
            on=one.on,
            currencies=one.currencies,
            rates=one.count,
            left_out=one.left_out,
            prior=one.prior,
            state=_state(one, later),
            sha256=one.sha256,
            file=one.file.original_name,
            taken_in_by=names.get(one.taken_in_by_key, ""),
            taken_in_at=one.taken_in_at,
            superseded_at=one.superseded_at,
        )
        for one in found
    ]


def versions_of(card: RateCard) -> QuerySet[RateCard]:
    """Return every version of a card, the newest first."""
    versions = RateCard.objects.filter(reference=card.reference).select_related("file")
    return versions.order_by("-version")


def rates_of(
    card: RateCard, *, words: Iterable[str] = (), on: date | None = None
) -> QuerySet[CardRate]:
    """Return the rates of a card whose role, level, place or provider holds every word.

    With a day, those that are valid on it.
    """
    found = CardRate.objects.filter(card=card)
    for word in words:
        found = found.filter(
            Q(role__icontains=word)
            | Q(level__icontains=word)
            | Q(location__icontains=word)
            | Q(provider__icontains=word)
        )
    if on is not None:
        found = found.filter(Q(valid_from=None) | Q(valid_from__lte=on))
        found = found.filter(Q(valid_to=None) | Q(valid_to__gte=on))
    return found


def rate_rows(rates: Iterable[CardRate]) -> list[RateRow]:
    """Return rates as rows."""
    return [
        RateRow(
            row=one.row,
            role=one.role,
            level=one.level,
            location=one.location,
            provider=one.provider,
            currency=one.currency,
            unit=Unit(one.unit),
            amount=Decimal(one.amount),
            hour=_amount(one.hour_hundredths),
            valid_from=one.valid_from,
            valid_to=one.valid_to,
        )
        for one in rates
    ]


def assumption_from(card: RateCard, wanted: Wanted) -> AssumptionTerms:
    """Return what some rates of a card make.

    Raises DomainError where none is left, or where the card is not in force.
    """
    if not card.is_in_force:
        raise DomainError(f"{card.title} was superseded or withdrawn: choose a card in force.")
    rates = _as_read(CardRate.objects.filter(card=card).order_by("row"))
    found = chosen(rates, role=wanted.role, level=wanted.level, on=wanted.on)
    mapping = mapping_of_card(card)
    return assumption_of(
        list(found), mapping, unit=wanted.unit, shape=wanted.shape, asked=wanted.role
    )


def mapping_of_card(card: RateCard) -> RateCardMapping:
    """Return how a card was read."""
    return read_rate_card_mapping(card.document)


def remarks_of(card: RateCard) -> list[Remark]:
    """Return why rows of a card were left out."""
    return [Remark.of_plain(one) for one in card.remarks]


def spreads_of(card: RateCard) -> CardSpreads:
    """Return how the rates of a card spread, by role and by level, in one query."""
    found = CardRate.objects.filter(card=card)
    rates = list(found.values_list("currency", "role", "level", "hour_hundredths"))
    [(currency, count)] = Counter(one[0] for one in rates).most_common(1)
    told = [(role, level, _amount(figure)) for ccy, role, level, figure in rates if ccy == currency]
    return CardSpreads(
        currency=currency,
        together=spread_of("", [amount for _, _, amount in told]),
        others=len(rates) - count,
        by_role=spreads((role, amount) for role, _, amount in told),
        by_level=spreads((level, amount) for _, level, amount in told),
    )


def _as_read(rates: Iterable[CardRate]) -> list[Rate]:
    """Return rates as the engine reads them from a file."""
    return [
        Rate(
            row=one.row,
            role=one.role,
            level=one.level,
            location=one.location,
            provider=one.provider,
            currency=one.currency,
            unit=Unit(one.unit),
            amount=Decimal(one.amount),
            valid_from=one.valid_from,
            valid_to=one.valid_to,
        )
        for one in rates
    ]


def _newest_versions(cards: Sequence[RateCard]) -> dict[str, int]:
    """Return the newest version of each card: what was superseded later was withdrawn."""
    wanted = {one.reference for one in cards if one.superseded_at is not None}
    found = RateCard.objects.filter(reference__in=wanted).values_list("reference", "version")
    return dict(found.order_by("version"))


def _state(card: RateCard, newest: dict[str, int]) -> str:
    if card.superseded_at is None:
        return IN_FORCE
    return WITHDRAWN if card.version == newest.get(card.reference) else SUPERSEDED


def _amount(hundredths: int) -> Decimal:
    return Decimal(hundredths).scaleb(-2)
