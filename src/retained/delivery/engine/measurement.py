"""A measurement: an agreement and its evidence in, every figure, credit and right out.

In   tickets, the terms of the agreement, the moment of looking, the exclusions agreed
Out  what each ticket counts as, the months of each service level, credits, what
     of them is earned back, triggers
Why  docs/methods/index.md
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.calendar_terms import ALWAYS
from retained.contracts.engine.clock_terms import ReopenedAsNew
from retained.contracts.engine.level_terms import Measure, ServiceLevelTerms
from retained.delivery.engine.credits import MonthCredits, credits_of_months
from retained.delivery.engine.earn_back import EarnBack, after_the_cap, earn_backs
from retained.delivery.engine.measures import MonthFigure, month_figures
from retained.delivery.engine.meters import Hours
from retained.delivery.engine.settled import Known, Looked, settled
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
RULE_VERSION = "retained/delivery/1"


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
    results: tuple[TicketResult, ...]
    figures: Mapping[str, Sequence[MonthFigure]]
    credits: Sequence[MonthCredits]
    triggers: Sequence[Fired]
    earn_backs: Sequence[EarnBack]
    over_time: TermsOverTime
    looked: Sequence[Mapping[str, Looked]]
    rule_version: str = RULE_VERSION


Tickets = Callable[[ServiceLevelTerms], Iterable[Ticket]]
Excluded = Mapping[str, Mapping[str, str]]


def measure(
    tickets_of: Tickets,
    agreement: AgreementTerms | TermsOverTime,
    *,
    as_of: int,
    excluded: Excluded | None = None,
    running: Month | None = None,
    earlier: Measurement | None = None,
) -> Measurement:
    """Measure every service level of an agreement over its evidence.

    `tickets_of` gives the tickets of a level's source. `excluded` maps a service level's id to
    the tickets left out of it, each with the agreed reason. `running` is the month that is not
    over yet: by default the one of `as_of`. Results that settled in an `earlier` measurement
    under the same terms are taken from there; the figures are the same without it.
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
) -> dict[str, Looked]:
    """Return what each ticket counts as under one version, by service level."""
    looked: dict[str, Looked] = {}
    for level in terms.service_levels:
        tickets = meant_tickets(tickets_of(level), level, terms)
        hours = hours_for(terms, tickets, as_of=as_of)
        out = excluded.get(level.id, {})
        known = settled(before[level.id], out) if level.id in before else {}
        results = level_results(
            tickets, level, terms, hours, as_of=as_of, excluded=out, known=known
        )
        looked[level.id] = Looked(tickets, results)
    return looked


def _put_together(
    looked: Sequence[Mapping[str, Looked]],
    over_time: TermsOverTime,
    *,
    as_of: int,
    running: Month,
) -> Measurement:
    """Take each month from the version in force in it."""
    everything = [r for by_level in looked for seen in by_level.values() for r in seen.results]
    first, last = _span(everything, over_time, running)
    results: list[TicketResult] = []
    figures: dict[str, list[MonthFigure]] = {}
    for index, (by_level, (_, terms)) in enumerate(zip(looked, over_time.versions, strict=True)):
        own = [m for m in months_between(first, last) if over_time.index_on(m) == index]
        for level in terms.service_levels:
            found = by_level[level.id].results
            row = month_figures(found, level, first=first, last=last, running=running)
            figures.setdefault(level.id, []).extend(f for f in row if f.month in own)
            results += [
                result
                for result in _as_of_now(found, level, running)
                if over_time.index_on(result.month or running) == index
            ]
    ordered = {level_id: sorted(row, key=lambda f: f.month) for level_id, row in figures.items()}
    credits = credits_of_months(ordered, over_time.on)
    pool = over_time.on(running).credits
    return Measurement(
        as_of,
        tuple(results),
        ordered,
        credits,
        triggers=fired_triggers(pool.triggers if pool else (), ordered, credits),
        earn_backs=earn_backs(ordered, after_the_cap(credits), over_time.on),
        over_time=over_time,
        looked=looked,
    )


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


def _as_of_now(
    results: Sequence[TicketResult], level: ServiceLevelTerms, running: Month
) -> list[TicketResult]:
    """Return one result per ticket: of a backlog's month ends, the latest look."""
    if level.measure is not Measure.BACKLOG:
        return list(results)
    return [result for result in results if result.month == running]


def _span(
    results: Sequence[TicketResult], over_time: TermsOverTime, running: Month
) -> tuple[Month, Month]:
    """Return the first and last month to give a figure: those of the term that have evidence."""
    months = [result.month for result in results if result.month is not None]
    begins = over_time.versions[0][1].start
    ends = over_time.versions[-1][1].until
    first = max(min(months, default=running), Month.of_day(begins))
    last = min(running, Month.of_day(ends))
    return (first, last) if first <= last else (min(months, default=running), running)
