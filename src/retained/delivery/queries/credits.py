"""Credits of all agreements: where each stands, what was earned back, and totals by currency."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from retained.audit.queries import EntryRow, RecordFilter, entries, entry_rows
from retained.contracts.engine.sentences.words import listed
from retained.delivery.models import CreditClaim, CreditState, EarnedBack, MonthClose
from retained.delivery.queries.earn_back_words import standing_words
from retained.delivery.queries.months import agreement_months, measured_of
from retained.delivery.queries.people import names_of
from retained.delivery.queries.shown_statements import CreditLine, earned_lines
from retained.delivery.queries.statements import content
from retained.delivery.queries.wording import short_month
from retained.pages import charts
from retained.pages.charts import Chart, Series
from retained.shared.money import Money
from retained.shared.months import Month, months_between

STATES = [(state.value, state.label) for state in CreditState]
_WAITING = (CreditState.DUE, CreditState.CLAIMED)
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
    earned_back: Money | None
    earned_in: tuple[Month, ...]
    is_wholly_earned: bool
    is_disputed: bool

    @property
    def state_words(self) -> str:
        """Where it stands: a credit that waits and whose statement is disputed says so."""
        waits = self.state in _WAITING
        disputed = ", disputed" if waits and self.is_disputed else ""
        if self.is_owed_to_provider and self.state == CreditState.DUE:
            return f"to be given back{disputed}"
        return f"{CreditState(self.state).label}{disputed}"

    @property
    def is_owed_to_provider(self) -> bool:
        """Whether the month earned more back than it owes."""
        return self.amount.minor < 0

    @property
    def earned_words(self) -> str:
        """Whether the credit was earned back wholly or partly, and in which month."""
        if self.earned_back is None:
            return ""
        how = "wholly" if self.is_wholly_earned else "partly"
        return f"{how}, by {listed([month.title for month in self.earned_in])}"

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


@dataclass(frozen=True, slots=True)
class CreditStanding:
    """A service level's part of a credit that can be earned back, and where that stands."""

    title: str
    words: str
    amount: Money
    stated: MonthClose | None  # the statement that earned it back

    @property
    def stated_in(self) -> Month | None:
        """The month whose statement earned it back."""
        return Month.parse(self.stated.month) if self.stated else None


@dataclass(frozen=True)
class ShownCredit:
    """One credit opened."""

    credit: CreditClaim
    row: CreditRow
    changed_by: str
    sum_lines: Sequence[CreditLine]
    standings: Sequence[CreditStanding]
    history: tuple[EntryRow, ...]

    @property
    def size(self) -> Money:
        """The amount, to whomever it is owed."""
        return -self.row.amount if self.row.is_owed_to_provider else self.row.amount

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
        waits = self.credit.state in _WAITING
        return waits and self.credit.is_current


@dataclass(frozen=True, slots=True)
class CurrencyTotal:
    """Credits of one currency together; currencies are never mixed.

    `owed` is less what was earned back; `to_give_back` waits for the client, `waiting` for the
    provider.
    """

    owed: Money
    waiting: Money
    to_give_back: Money
    received: Money
    given_back: Money
    waived: Money
    count: int


@dataclass(frozen=True, slots=True)
class CreditSum:
    """The credits of one currency and month that stand alike, together."""

    currency: str
    month: Month
    state: CreditState
    owed_minor: int  # less what is owed to the provider
    to_provider_minor: int  # below nothing, as what was given back
    received_minor: int
    given_back_minor: int
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
    """Return rows of a page: two more queries, however many they are."""
    earned = _earned_back_of(some)
    owed = _owed_by(one.close_id for one in some if _place(one) in earned)
    return [_row(one, earned.get(_place(one), []), owed.get(one.close_id)) for one in some]


def shown_credit(credit: CreditClaim) -> ShownCredit:
    """Return one credit in words."""
    names = names_of([credit.changed_by_key])
    earned = _earned_back_of([credit]).get(_place(credit), [])
    acts = entries(RecordFilter(kind="credit", key=credit.record_key)).order_by("-id")
    return ShownCredit(
        credit,
        _row(credit, earned, content(credit.close).owed),
        names.get(credit.changed_by_key, ""),
        sum_lines=_sum_lines(credit),
        standings=_standings(credit, earned),
        history=tuple(entry_rows(list(acts))),
    )


def current_close_of(close: MonthClose) -> MonthClose | None:
    """Return the statement that counts for the month of a superseded one."""
    return MonthClose.objects.filter(
        agreement=close.agreement_id, month=close.month, is_current=True
    ).first()


def credit_sums(credits: QuerySet[CreditClaim]) -> list[CreditSum]:
    """Return the credits of each currency and month by where they stand, together: one query.

    They are grouped in the order of an index, and by nothing that would have to be worked out.
    """
    rows = (
        credits.order_by()
        .values("currency", "month", "state")
        .annotate(
            owed=Sum("amount_minor"),
            to_provider=Sum("amount_minor", filter=Q(amount_minor__lt=0)),
            came=Sum("received_minor", filter=Q(received_minor__gt=0)),
            went=Sum("received_minor", filter=Q(received_minor__lt=0)),
            count=Count("pk"),
        )
    )
    return [
        CreditSum(
            currency=row["currency"],
            month=Month.parse(row["month"]),
            state=CreditState(row["state"]),
            owed_minor=row["owed"],
            to_provider_minor=row["to_provider"] or 0,
            received_minor=row["came"] or 0,
            given_back_minor=row["went"] or 0,
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
    waiting = [one for one in sums if one.state in _WAITING]
    waived = [one for one in sums if one.state is CreditState.WAIVED]

    def money(minor: Iterable[int]) -> Money:
        return Money.of_minor(sum(minor), currency)

    return CurrencyTotal(
        owed=money(one.owed_minor for one in sums),
        waiting=money(one.owed_minor - one.to_provider_minor for one in waiting),
        to_give_back=-money(one.to_provider_minor for one in waiting),
        received=money(one.received_minor for one in sums),
        given_back=-money(one.given_back_minor for one in sums),
        waived=money(one.owed_minor for one in waived),
        count=sum(one.count for one in sums),
    )


def credit_charts(sums: Sequence[CreditSum], *, size: str = "medium") -> list[Chart]:
    """Return a picture per currency: what was owed by month, by where it stands."""
    found: dict[str, dict[tuple[Month, str], int]] = {}
    for one in sums:
        is_settled = one.state in {CreditState.RECEIVED, CreditState.GIVEN_BACK}
        cells = found.setdefault(one.currency, {})
        amount = one.received_minor + one.given_back_minor if is_settled else one.owed_minor
        cells[one.month, one.state] = cells.get((one.month, one.state), 0) + amount
    return [_chart(currency, cells, size) for currency, cells in sorted(found.items())]


def _chart(currency: str, cells: Mapping[tuple[Month, str], int], size: str) -> Chart:
    last = max(month for month, _ in cells)
    first = max(min(month for month, _ in cells), last.plus(1 - _MOST_MONTHS))
    months = months_between(first, last)
    roles = {
        CreditState.RECEIVED: "measured",
        CreditState.CLAIMED: "series-4",
        CreditState.DUE: "series-3",
        CreditState.WAIVED: "series-5",
        CreditState.GIVEN_BACK: "reported",
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
    waits = [amount for (_, state), amount in cells.items() if state in _WAITING]
    waiting = sum(amount for amount in waits if amount > 0)
    owed = sum(cells.values())
    said = f"{Money.of_minor(owed, currency)} since {first.title}"
    came = sum(amount for (_, state), amount in cells.items() if state == CreditState.RECEIVED)
    return charts.bar_chart(
        f"credits-{currency.lower()}",
        f"{said}: {Money.of_minor(waiting, currency)} still to come, "
        f"{Money.of_minor(came, currency)} came.",
        labels=[short_month(month) for month in months],
        series=series,
        unit=currency,
        stacked=True,
        size=size,
    )


def _place(credit: CreditClaim) -> tuple[int, str]:
    return credit.agreement_id, credit.month


def _earned_back_of(credits: Sequence[CreditClaim]) -> dict[tuple[int, str], list[EarnedBack]]:
    """Return what later statements earned back, by agreement and month of the credit."""
    found: dict[tuple[int, str], list[EarnedBack]] = {}
    places = {_place(credit) for credit in credits}
    rows = EarnedBack.objects.filter(
        is_current=True,
        agreement__in={agreement for agreement, _ in places},
        month__in={month for _, month in places},
    )
    for row in rows.select_related("close").defer("close__document"):
        found.setdefault((row.agreement_id, row.month), []).append(row)
    return found


def _owed_by(closes: Iterable[int]) -> dict[int, Money]:
    """Return what closes owe before anything is earned back, by their keys."""
    found = MonthClose.objects.filter(pk__in=list(closes))
    return {close.pk: content(close).owed for close in found}


def _sum_lines(credit: CreditClaim) -> list[CreditLine]:
    """Return how the net came about, where the month earned anything back."""
    stated = content(credit.close)
    lines = earned_lines(stated)
    return [CreditLine("Owed for the month", stated.owed), *lines] if lines else []


def _standings(credit: CreditClaim, earned: Sequence[EarnedBack]) -> list[CreditStanding]:
    """Return where each service level's part stands that can be earned back."""
    agreement, month = credit.agreement, Month.parse(credit.month)
    measured = measured_of(agreement)
    if content(credit.close).earned_back is None or measured is None:
        return []
    months = agreement_months(agreement, measured)
    terms = months.agreed.on(month)
    stated = {row.service_level: row.close for row in earned}
    return [
        CreditStanding(
            title=terms.service_level(one.service_level).title,
            words=standing_words(one, terms),
            amount=one.amount,
            stated=stated.get(one.service_level),
        )
        for one in months.earn_backs
        if one.month == month
    ]


def _row(credit: CreditClaim, earned: Sequence[EarnedBack], owed: Money | None) -> CreditRow:
    received = credit.received_minor
    back = sum(row.amount_minor for row in earned)
    return CreditRow(
        key=credit.pk,
        reference=credit.agreement.reference,
        agreement=credit.agreement.title,
        provider=str(credit.agreement.provider),
        month=Month.parse(credit.month),
        number=credit.close.number,
        amount=Money.of_minor(credit.amount_minor, credit.currency),
        state=credit.state,
        received=None if received is None else Money.of_minor(received, credit.currency),
        credit_note=credit.credit_note,
        earned_back=Money.of_minor(back, credit.currency) if back else None,
        earned_in=tuple(sorted({Month.parse(row.close.month) for row in earned})),
        is_wholly_earned=bool(back) and owed is not None and back >= owed.minor,
        is_disputed=credit.answered_as == "disputed",  # type: ignore[attr-defined] # annotated
    )
