"""Credits of all agreements: what is due, claimed, received or waived, and totals by currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from retained.audit.queries import EntryRow, RecordFilter, entries, entry_rows
from retained.delivery.models import CreditClaim, CreditState, MonthClose
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
    number: int
    amount: Money
    state: str
    received: Money | None
    credit_note: str
    is_disputed: bool

    @property
    def state_words(self) -> str:
        """Where it stands: a credit that waits and whose statement is disputed says so."""
        waits = self.state in {CreditState.DUE, CreditState.CLAIMED}
        return f"{self.state}, disputed" if waits and self.is_disputed else self.state

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
    history: tuple[EntryRow, ...]

    @property
    def superseded_by(self) -> MonthClose | None:
        """The statement that counts instead of the one that gave rise to this credit."""
        close = self.credit.close
        return None if close.is_current else current_close_of(close)

    @property
    def newer(self) -> CreditClaim | None:
        """The credit of the statement that counts instead; none where nothing is owed any more."""
        by = self.superseded_by
        return CreditClaim.objects.filter(close=by).first() if by else None

    @property
    def is_open(self) -> bool:
        """Whether it still waits."""
        waits = self.credit.state in {CreditState.DUE, CreditState.CLAIMED}
        return waits and self.credit.close.is_current


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
            Q(close__agreement__title__icontains=word)
            | Q(close__agreement__provider__name__icontains=word)
            | Q(credit_note__icontains=word)
        )
    return credits


def credit_rows(some: Sequence[CreditClaim]) -> list[CreditRow]:
    """Return rows of a page."""
    return [_row(one) for one in some]


def shown_credit(credit: CreditClaim) -> ShownCredit:
    """Return one credit in words."""
    names = names_of([credit.changed_by_key])
    acts = entries(RecordFilter(kind="credit", key=credit.record_key)).order_by("-id")
    history = tuple(entry_rows(list(acts)))
    return ShownCredit(credit, _row(credit), names.get(credit.changed_by_key, ""), history)


def current_close_of(close: MonthClose) -> MonthClose | None:
    """Return the statement that counts for the month of a superseded one."""
    return MonthClose.objects.filter(
        agreement=close.agreement_id, month=close.month, is_current=True
    ).first()


def totals(credits: QuerySet[CreditClaim]) -> list[CurrencyTotal]:
    """Return the sums of each currency: one query."""
    waiting = Q(state__in=(CreditState.DUE, CreditState.CLAIMED))
    rows = (
        credits.order_by()
        .values("currency")
        .annotate(
            owed=Sum("amount_minor"),
            waiting=Sum("amount_minor", filter=waiting),
            received=Sum("received_minor"),
            waived=Sum("amount_minor", filter=Q(state=CreditState.WAIVED)),
            count=Count("pk"),
        )
        .order_by("currency")
    )
    return [
        CurrencyTotal(
            owed=Money.of_minor(row["owed"] or 0, row["currency"]),
            waiting=Money.of_minor(row["waiting"] or 0, row["currency"]),
            received=Money.of_minor(row["received"] or 0, row["currency"]),
            waived=Money.of_minor(row["waived"] or 0, row["currency"]),
            count=row["count"],
        )
        for row in rows
    ]


def credit_charts(credits: QuerySet[CreditClaim]) -> list[Chart]:
    """Return a picture per currency: what was owed by month, by where it stands."""
    rows = (
        credits.order_by()
        .values("currency", "close__month", "state")
        .annotate(amount=Sum("amount_minor"), came=Sum("received_minor"))
    )
    found: dict[str, dict[tuple[Month, str], int]] = {}
    for row in rows:
        place = (Month.parse(row["close__month"]), row["state"])
        is_received = row["state"] == CreditState.RECEIVED
        amount = row["came"] if is_received else row["amount"]
        found.setdefault(row["currency"], {})[place] = amount or 0
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
    close = credit.close
    received = credit.received_minor
    return CreditRow(
        key=credit.pk,
        reference=close.agreement.reference,
        agreement=close.agreement.title,
        provider=str(close.agreement.provider),
        month=Month.parse(close.month),
        number=close.number,
        amount=Money.of_minor(credit.amount_minor, credit.currency),
        state=credit.state,
        received=None if received is None else Money.of_minor(received, credit.currency),
        credit_note=credit.credit_note,
        is_disputed=credit.answered_as == "disputed",  # type: ignore[attr-defined] # annotated
    )
