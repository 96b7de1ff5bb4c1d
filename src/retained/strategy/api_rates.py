"""Rate cards as JSON: the list, one card, its rates, a new one, and assumptions made of them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from retained.directory.api import Limit
from retained.files.models import StoredFile
from retained.files.storing import SentFile
from retained.pages.request import Request
from retained.shared import clock
from retained.strategy.access.cases import case_to_change
from retained.strategy.access.rates import (
    rate_card_to_change,
    rate_card_to_read,
    rate_cards_to_read,
)
from retained.strategy.commands import cases as case_commands
from retained.strategy.commands import rates as commands
from retained.strategy.engine.case_editing import with_priced_assumption
from retained.strategy.engine.rate_assumptions import Shape
from retained.strategy.engine.rate_card_files import CardTable
from retained.strategy.engine.rate_card_mapping import (
    RateCardMapping,
    Unit,
    rate_card_mapping_of,
    read_rate_card_mapping,
)
from retained.strategy.queries import cases as case_queries
from retained.strategy.queries import rates as queries
from retained.strategy.queries.rate_card_files import guessed_document

router = Router(tags=["rate cards"])
_MOST_SPREADS = 200

Version = Annotated[int, Field(ge=1, le=2_000_000_000)]
Row = Annotated[int, Field(ge=0, le=2_000_000_000)]


class RateCardOut(Schema):
    """A version of a card; `rates` counts them, `left_out` the rows that cannot be used."""

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


class RateCardPage(Schema):
    """Some cards; `next` is what to send as `after` for those that follow."""

    items: list[RateCardOut]
    next: str | None


class SpreadOut(Schema):
    """Rates of one kind for an hour: the first tenth, the median, the last tenth."""

    name: str
    count: int
    low: Decimal
    middle: Decimal
    high: Decimal


class RateCardWhole(RateCardOut):
    """A card with how its rates spread in `currency`, and how it was read, as YAML.

    Of roles and levels, those with the most rates, at most 200 of each.
    """

    mapping: str
    currency: str
    together: SpreadOut
    by_role: list[SpreadOut]
    by_level: list[SpreadOut]


class RateOut(Schema):
    """A rate: `amount` for a `unit` as the card writes it, and for an `hour`."""

    row: int
    role: str
    level: str
    location: str
    provider: str
    currency: str
    unit: str
    amount: str
    hour: str
    valid_from: date | None
    valid_to: date | None

    @staticmethod
    def resolve_amount(row: queries.RateRow) -> str:
        """Return the amount, exact."""
        return str(row.amount)

    @staticmethod
    def resolve_hour(row: queries.RateRow) -> str:
        """Return what it is for an hour."""
        return str(row.hour)


class RatePage(Schema):
    """Some rates by their rows; `next` is what to send as `after` for those that follow."""

    items: list[RateOut]
    next: int | None


class CardIn(Schema):
    """How the file is read, as YAML (retained/rate-card/1): blank, as its headings tell."""

    mapping: str = ""
    leave_out: bool = False


class TakenCardOut(Schema):
    """The card; `is_new` is false where this very file was in already, read in the same way."""

    is_new: bool
    card: RateCardOut


class CardWithdrawalIn(Schema):
    """Why a card is withdrawn."""

    reason: str


class RatesWanted(Schema):
    """Which rates make an assumption, for which unit, and what is kept of them."""

    role: str = ""
    level: str = ""
    on: date | None = None
    per: Unit = Unit.HOUR
    shape: Shape = Shape.MIDDLE

    def wanted(self) -> queries.Wanted:
        """Return what is asked for as the query takes it."""
        return queries.Wanted(
            role=self.role, level=self.level, on=self.on, unit=self.per, shape=self.shape
        )


class AssumptionIn(RatesWanted):
    """An assumption of a case to be made of a card; `replace` puts it in place of that name."""

    card: str
    name: str
    title: str = ""
    replace: bool = False
    note: str = ""
    expected_version: int


class AssumedOut(Schema):
    """The version that was kept, and the assumption as the case says it now."""

    reference: str
    version: int
    sha256: str
    expected_version: int
    assumption: dict[str, Any]


@router.get("/rate-cards", response=RateCardPage, url_name="rate_cards", summary="List rate cards")
def rate_cards(request: Request, after: str = "", limit: Limit = 100) -> dict[str, Any]:
    """Return the cards in force by reference, those after `after`."""
    counting = rate_cards_to_read(request.person).filter(superseded_at=None)
    found = counting.filter(reference__gt=after).select_related("file").order_by("reference")
    rows = queries.card_rows(found[: limit + 1])
    return {"items": rows[:limit], "next": rows[limit - 1].reference if rows[limit:] else None}


@router.post(
    "/rate-cards",
    response={200: TakenCardOut, 201: TakenCardOut},
    url_name="rate_cards",
    summary="Take a rate card in",
)
def take_in(request: Request, sent: Form[CardIn], file: File[UploadedFile]) -> Any:
    """Keep every rate of a CSV or XLSX, or none: 422 with every remark.

    With `leave_out`, rows that cannot be used are left out. A card of the same name is superseded;
    the same file read in the same way changes nothing and gives 200.
    """

    def mapping_of(kept: StoredFile, table: CardTable) -> RateCardMapping:
        if sent.mapping.strip():
            return read_rate_card_mapping(sent.mapping, name="mapping")
        today = {"on": clock.now().date().isoformat()}
        return rate_card_mapping_of(today | guessed_document(kept, table))

    taken = commands.take_in_file(
        SentFile(file, file.name or "card.csv"), mapping_of, leave_out=sent.leave_out,
        by=request.person, at=clock.now(),
    )  # fmt: skip
    [row] = queries.card_rows([taken.card])
    return Status(201 if taken.is_new else 200, {"is_new": taken.is_new, "card": row})


@router.get(
    "/rate-cards/{card}", response=RateCardWhole, url_name="rate_card", summary="Read a rate card"
)
def rate_card(request: Request, card: str, version: Version | None = None) -> dict[str, Any]:
    """Return one version of a card (without a number: the newest), and how its rates spread."""
    found = rate_card_to_read(request.person, card, version)
    [row] = queries.card_rows([found])
    told = {name: getattr(row, name) for name in RateCardOut.model_fields}
    spreads = queries.spreads_of(found)
    return told | {
        "mapping": found.document,
        "currency": spreads.currency,
        "together": spreads.together,
        "by_role": spreads.by_role[:_MOST_SPREADS],
        "by_level": spreads.by_level[:_MOST_SPREADS],
    }


@router.get(
    "/rate-cards/{card}/rates", response=RatePage, url_name="rate_card_rates",
    summary="List the rates of a card",
)  # fmt: skip
def rates(
    request: Request, card: str, version: Version | None = None, words: str = "",
    on: date | None = None, after: Row = 0, limit: Limit = 100,
) -> dict[str, Any]:  # fmt: skip
    """Return rates by their rows in the file; `words` are found in role, level, place, provider."""
    found = rate_card_to_read(request.person, card, version)
    chosen = queries.rates_of(found, words=words.split(), on=on).filter(row__gt=after)
    rows = queries.rate_rows(chosen.order_by("row")[: limit + 1])
    return {"items": rows[:limit], "next": rows[limit - 1].row if rows[limit:] else None}


@router.get(
    "/rate-cards/{card}/assumption", response=dict[str, Any], url_name="rate_card_assumption",
    summary="What an assumption of a card would be",
)  # fmt: skip
def assumption(request: Request, card: str, wanted: Query[RatesWanted]) -> dict[str, Any]:
    """Return an assumption as a case writes it; nothing is kept."""
    found = rate_card_to_read(request.person, card)
    made = queries.assumption_from(found, wanted.wanted())
    return made.model_dump(mode="json", exclude_defaults=True)


@router.post(
    "/rate-cards/{card}/withdrawal", response={204: None}, url_name="rate_card_withdraw",
    summary="Withdraw a rate card",
)  # fmt: skip
def withdraw(request: Request, card: str, body: CardWithdrawalIn) -> Any:
    """Take a card that was wrong out of force; it stays readable."""
    found = rate_card_to_change(request.person, card)
    commands.withdraw_card(found, reason=body.reason, by=request.person, at=clock.now())
    return Status(204, None)


@router.post(
    "/cases/{reference}/assumptions-from-rates",
    response={201: AssumedOut},
    url_name="case_assumption_rates",
    summary="Make an assumption of a case from a rate card",
)
def assume(request: Request, reference: str, body: AssumptionIn) -> Any:
    """Save the case with the assumption as its newest version; 409 if somebody saved meanwhile."""
    case = case_to_change(request.person, reference)
    made = queries.assumption_from(rate_card_to_read(request.person, body.card), body.wanted())
    terms = case_queries.terms_written_in(case_queries.version_of(case).document)
    changed = with_priced_assumption(
        terms, body.name, made, title=body.title, is_new=not body.replace
    )
    version = case_commands.change_case(
        case, changed, note=body.note or f"“{body.name}” from {made.source}", by=request.person,
        at=clock.now(), expected_version=body.expected_version,
    )  # fmt: skip
    told = changed.assumptions[body.name].model_dump(mode="json", exclude_defaults=True)
    return Status(201, {
        "reference": case.reference, "version": version.number, "sha256": version.sha256,
        "expected_version": case.version, "assumption": told,
    })  # fmt: skip
