"""Credits of all agreements: what is due, claimed, received or waived, and totals by currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from retained.delivery.models import CreditClaim, CreditState
from retained.delivery.queries.people import names_of
from retained.delivery.queries.wording import short_month
from retained.pages import charts
from retained.pages.charts import Chart, Series
from retained.shared.money import Money
from retained.shared.months import Month, months_between

STATES = [(state.value, state.label) for state in CreditState]
_MOST_MONTHS = 24


@dataclass(frozen=True, slots=True)
class CreditRow:
    """One credit in the list."""

    key: int
    reference: str
    agreement: str
    provider: str
    month: Month
    amount: Money
    state: str
    received: Money | None
    credit_note: str

    @property
    def difference(self) -> Money | None:
        """What came less what is owed; nothing where it is the same or has not come."""
        if self.received is None or self.received == self.amount:
            return None
        return self.received - self.amount

    @property
    def difference_words(self) -> str:
        """The difference in words."""
        return f"{self.difference} against what is owed" if self.difference else ""


@dataclass(frozen=True)
class ShownCredit:
    """One credit opened."""

    credit: CreditClaim
    row: CreditRow
    changed_by: str

    @property
    def is_open(self) -> bool:
        """Whether it still waits."""
        return self.credit.state in {CreditState.DUE, CreditState.CLAIMED}


@dataclass(frozen=True, slots=True)
class CreditSum:
    """The credits of one currency and month that stand alike."""

    currency: str
    month: Month
    state: CreditState
    owed_minor: int
    received_minor: int
    count: int


@dataclass(frozen=True, slots=True)
class CurrencyTotal:
    """Credits of one currency together; currencies are never mixed."""

    owed: Money
    waiting: Money
    received: Money
    waived: Money
    count: int


def chosen_credits(
    credits: QuerySet[CreditClaim], chosen: Mapping[str, str]
) -> QuerySet[CreditClaim]:
    """Return those that the reader's filters leave."""
    if chosen.get("state"):
        credits = credits.filter(state=chosen["state"])
    for word in chosen.get("words", "").split():
        credits = credits.filter(
            Q(agreement__title__icontains=word)
            | Q(agreement__provider__name__icontains=word)
            | Q(credit_note__icontains=word)
        )
    return credits


def credit_rows(some: Sequence[CreditClaim]) -> list[CreditRow]:
    """Return rows of a page."""
    return [_row(one) for one in some]


def shown_credit(credit: CreditClaim) -> ShownCredit:
    """Return one credit in words."""
    names = names_of([credit.changed_by_key])
    return ShownCredit(credit, _row(credit), names.get(credit.changed_by_key, ""))


def credit_sums(credits: QuerySet[CreditClaim]) -> list[CreditSum]:
    """Return the credits of each currency and month by where they stand, together: one query."""
    rows = (
        credits.order_by()
        .values("currency", "month", "state")
        .annotate(owed=Sum("amount_minor"), received=Sum("received_minor"), count=Count("pk"))
    )
    return [
        CreditSum(
            currency=row["currency"],
            month=Month.parse(row["month"]),
            state=CreditState(row["state"]),
            owed_minor=row["owed"] or 0,
            received_minor=row["received"] or 0,
            count=row["count"],
        )
        for row in rows
    ]


def totals(sums: Sequence[CreditSum]) -> list[CurrencyTotal]:
    """Return the sums over all months, of each currency."""
    return [
        _total(currency, [one for one in sums if one.currency == currency])
        for currency in sorted({one.currency for one in sums})
    ]


def _total(currency: str, sums: Sequence[CreditSum]) -> CurrencyTotal:
    def owed(*states: CreditState) -> Money:
        minor = sum(one.owed_minor for one in sums if one.state in states)
        return Money.of_minor(minor, currency)

    return CurrencyTotal(
        owed=owed(*CreditState),
        waiting=owed(CreditState.DUE, CreditState.CLAIMED),
        received=Money.of_minor(sum(one.received_minor for one in sums), currency),
        waived=owed(CreditState.WAIVED),
        count=sum(one.count for one in sums),
    )


def credit_charts(sums: Sequence[CreditSum]) -> list[Chart]:
    """Return a picture per currency: what was owed by month, by where it stands."""
    found: dict[str, dict[tuple[Month, str], int]] = {}
    for one in sums:
        came = one.state is CreditState.RECEIVED
        cells = found.setdefault(one.currency, {})
        cells[one.month, one.state] = one.received_minor if came else one.owed_minor
    return [_chart(currency, cells) for currency, cells in sorted(found.items())]


def _chart(currency: str, cells: Mapping[tuple[Month, str], int]) -> Chart:
    last = max(month for month, _ in cells)
    first = max(min(month for month, _ in cells), last.plus(1 - _MOST_MONTHS))
    months = months_between(first, last)
    roles = {
        CreditState.RECEIVED: "measured",
        CreditState.CLAIMED: "series-4",
        CreditState.DUE: "series-3",
        CreditState.WAIVED: "series-5",
    }
    series = [
        Series(
            state.label.capitalize(),
            [Money.of_minor(cells.get((month, state), 0), currency).amount for month in months],
            role,
        )
        for state, role in roles.items()
        if any(key == state for _, key in cells)
    ]
    waiting = sum(
        amount
        for (_, state), amount in cells.items()
        if state in {CreditState.DUE, CreditState.CLAIMED}
    )
    said = f"{Money.of_minor(waiting, currency)} of credits still wait"
    came = sum(amount for (_, state), amount in cells.items() if state == CreditState.RECEIVED)
    return charts.bar_chart(
        f"credits-{currency.lower()}",
        f"{said}; {Money.of_minor(came, currency)} came.",
        labels=[short_month(month) for month in months],
        series=series,
        unit=currency,
        stacked=True,
    )


def _row(credit: CreditClaim) -> CreditRow:
    received = credit.received_minor
    return CreditRow(
        key=credit.pk,
        reference=credit.agreement.reference,
        agreement=credit.agreement.title,
        provider=str(credit.agreement.provider),
        month=Month.parse(credit.month),
        amount=Money.of_minor(credit.amount_minor, credit.currency),
        state=credit.state,
        received=None if received is None else Money.of_minor(received, credit.currency),
        credit_note=credit.credit_note,
    )
