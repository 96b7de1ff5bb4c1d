"""The difference list of a figure: the provider's report against ours, ticket by ticket."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.contracts.engine.targets import parse_target
from retained.delivery.engine import differences as engine
from retained.delivery.engine.differences import Cause, Difference
from retained.delivery.engine.tickets import Ticket
from retained.delivery.engine.verdicts import TicketResult, Verdict
from retained.delivery.models import Measured, MonthClose
from retained.delivery.queries import histories
from retained.delivery.queries.level_months import LevelMonth
from retained.delivery.queries.ticket_scopes import Scope, scope_of
from retained.delivery.queries.wording import PERCENT, target_words
from retained.shared.months import Month

CAUSE_WORDS = {
    Cause.MISSING_ROW: "In one source only",
    Cause.EXCLUDED: "Left out by one side",
    Cause.REOPENING: "Closed and reopened",
    Cause.PRIORITY: "Priority changed",
    Cause.PAUSE: "Paused",
    Cause.CALENDAR: "Other service hours",
    Cause.ZONE: "Other time zone",
    Cause.OTHER: "Unexplained",
}
# So many tickets are explained one by one; of more, the causes of these stand for the rest.
MOST_EXPLAINED = 5000
_COUNTED = {Verdict.MET, Verdict.MISSED}
_FIELDS = (
    "ticket", "clock_seconds", "paused_seconds", "verdict", "reason", "priority", "calendar",
    "target", "started_at", "stopped_at", "due_at", "reopened", "uncertain", "month",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One ticket on which the two sides differ, as the table shows it."""

    ticket: str
    ours: str
    reported: str
    cause: str
    cause_words: str
    sentence: str
    clock_seconds: int | None
    target: str
    is_ours: bool


@dataclass(frozen=True, slots=True)
class PossibleCause:
    """With totals only: the missed tickets that one way of counting would have met."""

    cause: str
    words: str
    tickets: tuple[str, ...]


@dataclass(frozen=True)
class DifferenceList:
    """What lies between the provider's figure and ours.

    `rows` where verdicts on single tickets are known, else `possible`, in which a ticket may
    stand under several causes. `gap` is how many more tickets the provider counts as met.
    """

    figure: LevelMonth
    rows: tuple[DifferenceRow, ...]
    possible: tuple[PossibleCause, ...]
    knows_tickets: bool
    left_unexplained: int

    @property
    def by_cause(self) -> list[tuple[str, int]]:
        """How many tickets each cause explains, the most first."""
        counts = Counter(row.cause_words for row in self.rows)
        return counts.most_common()

    @property
    def gap(self) -> int | None:
        """How many more tickets the provider says were met; from its percentage, about so many."""
        reported = self.figure.reported
        if reported is None or self.figure.unit != PERCENT:
            return None
        if reported.met is not None:
            return reported.met - self.figure.met
        if reported.percent is None:
            return None
        hits = self.figure.missed if self.figure.lower_is_better else self.figure.met
        return round(reported.percent * self.figure.counted / 100) - hits

    @property
    def not_explained(self) -> int:
        """With totals only: how many tickets of the difference no way of counting names."""
        if self.knows_tickets:
            return 0
        named = {ticket for cause in self.possible for ticket in cause.tickets}
        return max(self.count - len(named), 0)

    @property
    def is_about(self) -> bool:
        """Whether the number of tickets is worked out from a percentage."""
        reported = self.figure.reported
        return not self.knows_tickets and reported is not None and reported.met is None

    @property
    def count(self) -> int:
        """How many tickets the difference is about."""
        return len(self.rows) if self.knows_tickets else abs(self.gap or 0)


def difference_list(
    figure: LevelMonth,
    measured: Measured,
    terms: AgreementTerms,
    level: ServiceLevelTerms,
    *,
    close: MonthClose | None,
) -> DifferenceList:
    """Return the differences of one figure; an empty list where the provider reported nothing."""
    scope = scope_of(measured, terms, level, figure.month, close=close)
    as_of = int(measured.as_of.timestamp())
    if _knows_tickets(scope):
        return _by_ticket(figure, scope, level, terms, as_of=as_of)
    possible: dict[Cause, list[str]] = {}
    if figure.reported is not None:
        results = _results(scope, level, "verdict = 'missed'")
        tickets = _tickets(scope, results)
        possible = engine.possible_causes(results, tickets, level, terms, as_of=as_of)
    causes = [
        PossibleCause(cause.value, CAUSE_WORDS[cause], tuple(numbers))
        for cause, numbers in sorted(possible.items(), key=lambda item: -len(item[1]))
    ]
    return DifferenceList(figure, (), tuple(causes), knows_tickets=False, left_unexplained=0)


def _by_ticket(
    figure: LevelMonth,
    scope: Scope,
    level: ServiceLevelTerms,
    terms: AgreementTerms,
    *,
    as_of: int,
) -> DifferenceList:
    ours, theirs = _both_sides(scope, level)
    differing = sorted(
        number
        for number in ours.keys() | theirs.keys()
        if (ours[number].verdict if number in ours else None) != theirs.get(number)
    )
    explained = differing[:MOST_EXPLAINED]
    found = engine.differences(
        {number: ours[number] for number in explained if number in ours},
        {number: theirs[number] for number in explained if number in theirs},
        _tickets(scope, explained),
        level,
        terms,
        as_of=as_of,
    )
    return DifferenceList(
        figure,
        tuple(_row(difference) for difference in found),
        (),
        knows_tickets=True,
        left_unexplained=len(differing) - len(explained),
    )


def _tickets(scope: Scope, numbers: Iterable[str]) -> list[Ticket]:
    return histories.tickets_named(scope.histories, numbers) if scope.histories else []


def _knows_tickets(scope: Scope) -> bool:
    """Return whether the provider's verdict on any ticket of the month is known."""
    if scope.said:
        return True
    with scope.opened() as connection:
        found = connection.execute("SELECT 1 FROM mine WHERE said IS NOT NULL LIMIT 1").fetchall()
    return bool(found)


def _both_sides(
    scope: Scope, level: ServiceLevelTerms
) -> tuple[dict[str, TicketResult], dict[str, Verdict]]:
    """Return what each side counts in the month.

    The source's own rows cannot lack a ticket that they hold: there only tickets on which they
    say something are compared. A report of its own can.
    """
    if scope.said:
        theirs = {number: Verdict(verdict) for number, verdict in scope.said.items()}
        ours = _results(scope, level, "true")
        ours = {n: r for n, r in ours.items() if n in theirs or r.verdict in _COUNTED}
        return ours, theirs
    ours = _results(scope, level, "said IS NOT NULL AND said <> verdict")
    with scope.opened() as connection:
        found = connection.execute(
            "SELECT ticket, said FROM mine WHERE said IS NOT NULL AND said <> verdict"
        ).fetchall()
    return ours, {number: Verdict(said) for number, said in found}


def _results(scope: Scope, level: ServiceLevelTerms, where: str) -> dict[str, TicketResult]:
    """Return results as the engine takes them."""
    sql = f"SELECT {', '.join(_FIELDS)} FROM mine WHERE {where} ORDER BY ticket"  # noqa: S608 - ours
    with scope.opened() as connection:
        found = connection.execute(sql).fetchall()
    rows = [dict(zip(_FIELDS, row, strict=True)) for row in found]
    return {row["ticket"]: result_of(row, level.id) for row in rows}


def result_of(row: Mapping[str, Any], level_id: str) -> TicketResult:
    """Return a row of the results as the engine's value."""
    return TicketResult(
        ticket=row["ticket"],
        service_level=level_id,
        month=Month.parse(row["month"]) if row["month"] else None,
        clock_seconds=row["clock_seconds"],
        paused_seconds=row["paused_seconds"],
        verdict=Verdict(row["verdict"]),
        reason=row["reason"] or "",
        priority=row["priority"] or "",
        calendar=row["calendar"] or "",
        target=parse_target(row["target"]) if row["target"] else None,
        started_at=row["started_at"],
        stopped_at=row["stopped_at"],
        due_at=row["due_at"],
        reopened=row["reopened"],
        uncertain=row["uncertain"],
    )


def results_of(scope: Scope, level: ServiceLevelTerms) -> dict[str, TicketResult]:
    """Return every result of a figure as the engine takes them."""
    return _results(scope, level, "true")


def sendable(rows: Sequence[DifferenceRow]) -> list[list[str | int | None]]:
    """Return the list as it is sent to the provider: no names of people in it."""
    return [
        [row.ticket, row.ours, row.reported, row.cause_words, row.sentence, row.clock_seconds]
        for row in rows
    ]


def _row(difference: Difference) -> DifferenceRow:
    result = difference.result
    return DifferenceRow(
        ticket=difference.ticket,
        ours=difference.ours.value if difference.ours else "",
        reported=difference.reported.value if difference.reported else "",
        cause=difference.cause.value,
        cause_words=CAUSE_WORDS[difference.cause],
        sentence=difference.sentence[:1].upper() + difference.sentence[1:],
        clock_seconds=result.clock_seconds if result else None,
        target=target_words(str(result.target)) if result and result.target else "",
        is_ours=result is not None,
    )
