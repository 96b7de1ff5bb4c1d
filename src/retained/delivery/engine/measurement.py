"""A measurement: an agreement and its evidence in, every figure, credit and right out.

In   tickets or their moves, the terms of the agreement, the moment, the exclusions agreed
Out  what each ticket counts as, the months of each service level, credits, what
     of them is earned back, triggers
Why  docs/methods/index.md
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.calendar_terms import ALWAYS
from retained.contracts.engine.clock_terms import ReopenedAsNew
from retained.contracts.engine.level_terms import Measure, MonthOf, ServiceLevelTerms
from retained.delivery.engine.bulk.connection import large_connection
from retained.delivery.engine.bulk.counted import months_counted
from retained.delivery.engine.bulk.detailed import StoredResults, stored_results
from retained.delivery.engine.bulk.moves import Moves
from retained.delivery.engine.bulk.rules import Bulk, can_be_counted_in_bulk
from retained.delivery.engine.credits import MonthCredits, credits_of_months
from retained.delivery.engine.earn_back import EarnBack, after_the_cap, earn_backs
from retained.delivery.engine.found import (
    LevelResults,
    OnlyCounted,
    Part,
    Together,
    tallies_found,
)
from retained.delivery.engine.measures import MonthFigure, month_figures
from retained.delivery.engine.meters import Hours
from retained.delivery.engine.settled import Known, Looked, settled
from retained.delivery.engine.tallies import summed_tallies
from retained.delivery.engine.tickets import Ticket, joined
from retained.delivery.engine.triggers import Fired, fired_triggers
from retained.delivery.engine.verdicts import (
    TicketResult,
    Verdict,
    clock_of,
    ticket_result,
)
from retained.shared.business_time import business_time
from retained.shared.calendars import always
from retained.shared.months import Month, months_between

# The version of the rules below; it stands on every figure that they give.
RULE_VERSION = "retained/delivery/2"


@dataclass(frozen=True, slots=True)
class TermsOverTime:
    """The versions of an agreement, each with the day from which it counts, in order.

    A month is measured under the version in force on its first day; what lies before the first
    version, under that one.
    """

    versions: tuple[tuple[date, AgreementTerms], ...]

    @classmethod
    def of(cls, terms: AgreementTerms) -> "TermsOverTime":
        """Return an agreement that never changed."""
        return cls(((terms.start, terms),))

    def on(self, month: Month) -> AgreementTerms:
        """Return the terms in force in a month."""
        return self.versions[self.index_on(month)][1]

    def index_on(self, month: Month) -> int:
        """Return which of the versions is in force in a month."""
        return max(sum(day <= month.first_day for day, _ in self.versions) - 1, 0)


@dataclass(frozen=True, slots=True)
class Measurement:
    """Everything that one look at the evidence gives. `as_of` is in UTC seconds.

    `looked` holds, for each version and service level, the tickets and what they count as: a
    later look need not measure again what has settled.
    """

    as_of: int
    results: Collection[TicketResult]
    figures: Mapping[str, Sequence[MonthFigure]]
    credits: Sequence[MonthCredits]
    triggers: Sequence[Fired]
    earn_backs: Sequence[EarnBack]
    over_time: TermsOverTime
    looked: Sequence[Mapping[str, Looked]]
    rule_version: str = RULE_VERSION


Tickets = Callable[[ServiceLevelTerms], Iterable[Ticket]]
MovesOf = Callable[[ServiceLevelTerms], Moves | None]
Excluded = Mapping[str, Mapping[str, str]]


def measure(
    tickets_of: Tickets,
    agreement: AgreementTerms | TermsOverTime,
    *,
    as_of: int,
    excluded: Excluded | None = None,
    running: Month | None = None,
    earlier: Measurement | None = None,
    moves_of: MovesOf = lambda _: None,
    rows: bool = True,
) -> Measurement:
    """Measure every service level of an agreement over its evidence.

    `tickets_of` gives the tickets of a level's source. `excluded` maps a service level's id to
    the tickets left out of it, each with the agreed reason. `running` is the month that is not
    over yet: by default the one of `as_of`. Results that settled in an `earlier` measurement
    under the same terms are taken from there; the figures are the same without it.
    `moves_of` gives the moves of a large source: where the large path knows the rules, its
    tickets are counted there, to the same figures. Without `rows`, what is counted there has no
    row for each ticket.
    """
    over_time = TermsOverTime.of(agreement) if isinstance(agreement, AgreementTerms) else agreement
    latest = over_time.versions[-1][1]
    now = running or Month.of(datetime.fromtimestamp(as_of, tz=UTC), latest.zone)
    before = earlier.looked if earlier is not None and earlier.over_time == over_time else None
    looked = [
        _looked_at(
            tickets_of,
            terms,
            as_of=as_of,
            excluded=excluded or {},
            before=before[index] if before else {},
            moves_of=moves_of,
            rows=rows,
        )
        for index, (_, terms) in enumerate(over_time.versions)
    ]
    return _put_together(looked, over_time, as_of=as_of, running=now)


def _looked_at(
    tickets_of: Tickets,
    terms: AgreementTerms,
    *,
    as_of: int,
    excluded: Excluded,
    before: Mapping[str, Looked],
    moves_of: MovesOf,
    rows: bool,
) -> dict[str, Looked]:
    """Return what each ticket counts as under one version, by service level."""
    looked: dict[str, Looked] = {}
    for level in terms.service_levels:
        moves = moves_of(level)
        if moves is not None and can_be_counted_in_bulk(level, terms):
            bulk = Bulk.of(terms, level, moves, as_of=as_of)
            found = _counted_in_bulk(bulk, excluded.get(level.id, {}), rows=rows)
            looked[level.id] = Looked((), found)
            continue
        tickets = meant_tickets(tickets_of(level), level, terms)
        hours = hours_for(terms, tickets, as_of=as_of)
        out = excluded.get(level.id, {})
        earlier = before.get(level.id)
        known = settled(earlier, out) if earlier is not None else {}
        results = level_results(
            tickets, level, terms, hours, as_of=as_of, excluded=out, known=known
        )
        looked[level.id] = Looked(tickets, results)
    return looked


def _counted_in_bulk(
    bulk: Bulk, excluded: Mapping[str, str], *, rows: bool
) -> StoredResults | OnlyCounted:
    with large_connection() as connection:
        if rows or bulk.level.month_of is MonthOf.DUE:
            return stored_results(connection, bulk, excluded=excluded)
        counted = months_counted(connection, bulk, excluded=excluded)
    sums = ((one.month, one.verdict, one.tickets, one.uncertain) for one in counted)
    return OnlyCounted(summed_tallies(sums))


def _put_together(
    looked: Sequence[Mapping[str, Looked]],
    over_time: TermsOverTime,
    *,
    as_of: int,
    running: Month,
) -> Measurement:
    """Take each month from the version in force in it."""
    tallies = [
        {
            level.id: tallies_found(by_level[level.id].results, level)
            for level in terms.service_levels
        }
        for by_level, (_, terms) in zip(looked, over_time.versions, strict=True)
    ]
    months = {month for by_level in tallies for own in by_level.values() for month in own if month}
    first, last = _span(months, over_time, running)
    parts: list[Part] = []
    figures: dict[str, list[MonthFigure]] = {}
    for index, (by_level, (_, terms)) in enumerate(zip(looked, over_time.versions, strict=True)):
        own = [m for m in months_between(first, last) if over_time.index_on(m) == index]
        for level in terms.service_levels:
            row = month_figures(
                tallies[index][level.id], level, first=first, last=last, running=running
            )
            figures.setdefault(level.id, []).extend(f for f in row if f.month in own)
            found = _as_of_now(by_level[level.id].results, level, running)
            if not isinstance(found, OnlyCounted):
                parts.append(Part(found, _in_force(over_time, index, running)))
    ordered = {level_id: sorted(row, key=lambda f: f.month) for level_id, row in figures.items()}
    credits = credits_of_months(ordered, over_time.on)
    pool = over_time.on(running).credits
    together = Together(tuple(parts))
    stored = any(isinstance(part.found, StoredResults) for part in parts)
    return Measurement(
        as_of,
        together if stored else tuple(together),
        ordered,
        credits,
        triggers=fired_triggers(pool.triggers if pool else (), ordered, credits),
        earn_backs=earn_backs(ordered, after_the_cap(credits), over_time.on),
        over_time=over_time,
        looked=looked,
    )


def _in_force(
    over_time: TermsOverTime, index: int, running: Month
) -> Callable[[Month | None], bool]:
    """Return what tells whether a month is one of a version's; open tickets are of now."""
    return lambda month: over_time.index_on(month or running) == index


def meant_tickets(
    tickets: Iterable[Ticket], level: ServiceLevelTerms, agreement: AgreementTerms
) -> list[Ticket]:
    """Return the tickets as the clock of a service level sees them."""
    continues = clock_of(level, agreement).reopened_as_new is ReopenedAsNew.CONTINUES
    return joined(tickets) if continues else list(tickets)


def level_results(
    tickets: Sequence[Ticket],
    level: ServiceLevelTerms,
    agreement: AgreementTerms,
    hours: Hours,
    *,
    as_of: int,
    excluded: Mapping[str, str],
    known: Known | None = None,
) -> list[TicketResult]:
    """Return what each ticket counts as; a backlog is looked at at the end of every month.

    `known` are results that settled in an earlier look: they stand if their ticket is unchanged.
    """
    stands = known if known and level.measure is not Measure.BACKLOG else {}

    def result_of(ticket: Ticket, moment: int) -> TicketResult | None:
        kept = stands.get(ticket.number)
        if kept is not None and kept[0] == ticket:
            return kept[1]
        return ticket_result(ticket, level, agreement, hours, as_of=moment, excluded=excluded)

    def looked_at(moment: int) -> list[TicketResult]:
        found = (
            result_of(ticket, moment)
            for ticket in tickets
            if ticket.changes and ticket.changes[0].at <= moment
        )
        return [result for result in found if result is not None]

    if level.measure is not Measure.BACKLOG or not tickets:
        return looked_at(as_of)
    opened = min(ticket.changes[0].at for ticket in tickets if ticket.changes)
    zone = agreement.zone
    first, last = (
        Month.of(datetime.fromtimestamp(moment, tz=UTC), zone) for moment in (opened, as_of)
    )
    results: list[TicketResult] = []
    for month in months_between(first, last):
        cut_off = min(int(month.end(zone).timestamp()) - 1, as_of)
        results += [
            replace(result, month=month)
            for result in looked_at(cut_off)
            if result.verdict is Verdict.OPEN
        ]
    return results


def hours_for(agreement: AgreementTerms, tickets: Sequence[Ticket], *, as_of: int) -> Hours:
    """Return the agreement's calendars, built for the years that the tickets span."""
    moments = [change.at for ticket in tickets for change in ticket.changes] + [as_of]
    first, last = min(moments), max(moments)
    built = {
        name: business_time(agreement.calendar(name), first, last) for name in agreement.calendars
    }
    built.setdefault(ALWAYS, business_time(always(agreement.time_zone), first, last))
    return Hours(built)


def _as_of_now(found: LevelResults, level: ServiceLevelTerms, running: Month) -> LevelResults:
    """Return one result per ticket: of a backlog's month ends, the latest look."""
    if level.measure is not Measure.BACKLOG or isinstance(found, OnlyCounted):
        return found
    return [result for result in found if result.month == running]


def _span(
    months: Collection[Month], over_time: TermsOverTime, running: Month
) -> tuple[Month, Month]:
    """Return the first and last month to give a figure: those of the term that have evidence."""
    begins = over_time.versions[0][1].start
    ends = over_time.versions[-1][1].until
    first = max(min(months, default=running), Month.of_day(begins))
    last = min(running, Month.of_day(ends))
    return (first, last) if first <= last else (min(months, default=running), running)
