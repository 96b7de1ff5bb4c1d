"""Ticket clocks: the worked example, its terms, and what changes nothing."""

import random
from dataclasses import replace

import pytest
from agreements_measured import agreement, at, measured, result, ticket
from hypothesis import given, settings
from hypothesis import strategies as st

from golden.golden_tables import rows
from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.clock_terms import ClockTerms
from retained.delivery.engine.clocks import Phase, course, cycles, terms
from retained.delivery.engine.histories import tickets_from
from retained.delivery.engine.measurement import hours_for
from retained.delivery.engine.tickets import Change, Ticket
from retained.delivery.engine.verdicts import TicketResult, Verdict
from retained.shared.months import Month
from retained.shared.states import State

EXAMPLE = agreement(
    clock={
        "pauses_in": ["waiting_client"],
        "calendar": {"default": "office", "priority": {"1": "always"}},
    },
    level={
        "tickets": {"priority": ["1", "2", "3"]},
        "targets": {"1": "4h", "2": "8h", "3": "3 working days"},
    },
)
PAUSED = ticket(
    "INC-1",
    "2026-10-05 09:00 new 2",
    "2026-10-05 09:30 work 2",
    "2026-10-05 11:00 client 2",
    "2026-10-05 15:00 work 2",
    "2026-10-05 16:30 resolved 2",
)
WEEKEND = ticket("INC-2", "2026-10-23 17:30 new 1", "2026-10-26 08:30 resolved 1")
OPEN = ticket("INC-3", "2026-10-30 16:00 new 3")
OCTOBER = Month(2026, 10)


@pytest.mark.parametrize(
    ("one", "row"),
    list(zip([PAUSED, WEEKEND, OPEN], rows("ticket-clocks/three-tickets.csv"), strict=True)),
    ids=["paused", "over the end of summer time", "still open"],
)
def test_the_worked_example_comes_out_to_the_second(one: Ticket, row: dict[str, str]) -> None:
    found = result(one, EXAMPLE)
    assert {
        "ticket": found.ticket,
        "service_level": found.service_level,
        "month": str(found.month or ""),
        "clock_seconds": str(found.clock_seconds),
        "paused_seconds": str(found.paused_seconds),
        "verdict": found.verdict,
    } == row


def test_on_office_hours_the_weekend_would_have_been_an_hour() -> None:
    office = agreement(clock={"calendar": "office"}, level={"targets": {"1": "4h"}})
    found = result(WEEKEND, office)
    assert (found.clock_seconds, found.verdict) == (3_600, Verdict.MET)


def test_each_term_of_a_clock_names_the_row_that_it_comes_from() -> None:
    clock = EXAMPLE.clocks["resolve"]
    seen = course(PAUSED, clock, as_of=at("2026-11-02 12:00"))
    hours = hours_for(EXAMPLE, [PAUSED], as_of=at("2026-11-02 12:00")).by_name["office"]
    found = terms(seen.running(), hours)
    assert [(term.sign, term.change.row if term.change else None) for term in found] == [
        (-1, 2),
        (+1, 4),
        (-1, 5),
        (+1, 6),
    ]
    assert sum(term.sign * term.open_seconds for term in found) == 12_600


def test_a_clock_that_still_runs_ends_in_a_term_without_a_row() -> None:
    clock = EXAMPLE.clocks["resolve"]
    hours = hours_for(EXAMPLE, [OPEN], as_of=at("2026-11-02 12:00")).by_name["office"]
    last = terms(course(OPEN, clock, as_of=at("2026-11-02 12:00")).running(), hours)[-1]
    assert (last.sign, last.change, last.at) == (+1, None, at("2026-11-02 12:00"))


# One ticket, reopened after two days; what each way to count says of 4 + 1 hours of work.
REOPENED = ticket(
    "INC-4",
    "2026-10-05 09:00 new 2",
    "2026-10-05 13:00 resolved",
    "2026-10-07 09:00 work",
    "2026-10-07 10:00 closed",
)


@pytest.mark.parametrize(
    "row", rows("ticket-clocks/reopening.csv"), ids=lambda row: row["on_reopening"]
)
def test_a_reopening_counts_as_the_agreement_says(row: dict[str, str]) -> None:
    found = result(REOPENED, agreement(clock={"on_reopening": row["on_reopening"]}))
    assert found.clock_seconds == int(row["clock in hours"]) * 3600
    assert found.stopped_at == at(row["stopped"])
    assert found.reopened


def test_each_cycle_holds_its_own_stretches() -> None:
    clock = agreement(clock={"on_reopening": "new_cycle"}).clocks["resolve"]
    seen = course(REOPENED, clock, as_of=at("2026-11-02 12:00"))
    assert [[s.state for s in cycle] for cycle in cycles(seen.stretches)] == [
        [State.NEW],
        [State.IN_PROGRESS],
    ]
    assert cycles([]) == [[]]


# Priority 2 (8 h) for six hours, then priority 1 (4 h) for one: by share 75 % + 25 % = 100 %.
RAISED = ticket(
    "INC-5",
    "2026-10-05 09:00 new 2",
    "2026-10-05 15:00 - 1",
    "2026-10-05 16:00 resolved",
)


@pytest.mark.parametrize("row", rows("ticket-clocks/priority.csv"), ids=lambda row: row["priority"])
def test_a_changed_priority_counts_as_the_agreement_says(row: dict[str, str]) -> None:
    terms_ = agreement(
        clock={"priority": row["priority"]},
        level={"targets": {"1": "4h", "2": "8h"}, "month_of": "due"},
    )
    found = result(RAISED, terms_)
    assert (found.priority, found.verdict) == (row["counted as"], row["verdict"])
    assert (found.due_at, found.clock_seconds) == (at(row["due"]), 7 * 3600)


def test_one_second_more_than_the_target_is_missed() -> None:
    terms_ = agreement(level={"targets": {"any": "4h"}})
    to_the_second = ticket("T", "2026-10-05 09:00 new 2", "2026-10-05 13:00 resolved")
    assert result(to_the_second, terms_).verdict is Verdict.MET
    last = replace(to_the_second.changes[1], at=to_the_second.changes[1].at + 1)
    late = replace(to_the_second, changes=(to_the_second.changes[0], last))
    assert result(late, terms_).verdict is Verdict.MISSED


def test_a_change_of_priority_after_the_stop_does_not_count() -> None:
    one = ticket(
        "T", "2026-10-05 09:00 new 2", "2026-10-05 13:00 resolved", "2026-10-06 09:00 closed 1"
    )
    assert result(one, EXAMPLE).priority == "2"


def test_an_open_ticket_past_its_target_counts_as_the_agreement_says() -> None:
    late = ticket("T", "2026-10-05 09:00 new 2")
    missed = result(late, EXAMPLE)
    assert (missed.verdict, missed.reason) == (Verdict.MISSED, "open past its target")
    assert missed.due_at == at("2026-10-05 17:00")
    assert missed.month == OCTOBER
    waits = agreement(level={"open_past_target": "open"})
    assert result(late, waits).verdict is Verdict.OPEN
    assert result(late, waits).month is None


@pytest.mark.parametrize(("month_of", "month"), [("opened", 10), ("stop", 12), ("due", 11)])
def test_a_ticket_counts_in_the_month_that_the_agreement_names(month_of: str, month: int) -> None:
    terms_ = agreement(level={"month_of": month_of, "targets": {"any": "10h"}})
    one = ticket("T", "2026-10-30 17:00 new 2", "2026-12-01 09:00 resolved")
    assert result(one, terms_, as_of="2026-12-02 09:00").month == Month(2026, month)


def test_a_cancelled_ticket_is_left_out_or_counts_as_stopped() -> None:
    one = ticket("T", "2026-10-05 09:00 new 2", "2026-10-05 10:00 cancelled")
    left_out = result(one, EXAMPLE)
    assert (left_out.verdict, left_out.reason) == (Verdict.EXCLUDED, "cancelled")
    counted = result(one, agreement(clock={"cancelled": "count"}))
    assert (counted.verdict, counted.clock_seconds) == (Verdict.MET, 3_600)


def test_an_agreed_exclusion_keeps_its_reason() -> None:
    found = result(WEEKEND, EXAMPLE, excluded={"INC-2": "power cut at the client"})
    assert (found.verdict, found.reason) == (Verdict.EXCLUDED, "power cut at the client")


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["2026-10-05 09:00 resolved 2"], "its opening is not in the evidence"),
        (["2026-10-05 09:00 new", "2026-10-05 10:00 resolved"], "it has no priority"),
        (["2026-10-05 09:00 - 2"], "no row of it says where it stands"),
    ],
)
def test_a_ticket_that_cannot_be_judged_says_why(lines: list[str], reason: str) -> None:
    found = result(ticket("T", *lines), EXAMPLE)
    assert (found.verdict, found.reason, found.month) == (Verdict.UNUSABLE, reason, OCTOBER)


_MEASURES = {
    "within_target": {},
    "percentile": {"measure": "percentile", "percentile": "90 %", "expected": "8h",
                   "minimum": "10h", "targets": {}},
    "first_time": {"measure": "first_time", "targets": {}},
}  # fmt: skip


@pytest.mark.parametrize("row", rows("ticket-clocks/no-opening.csv"), ids=str)
def test_a_ticket_without_its_opening_gains_nothing_by_it(row: dict[str, str]) -> None:
    state = {"in_progress": "work"}.get(row["first row"], row["first row"])
    rest = [] if state == "cancelled" else ["2026-10-05 15:00 resolved 2"]
    one = ticket("T", f"2026-10-05 09:00 {state} 2", *rest)
    level = _MEASURES[row["measure"]]
    found = result(one, agreement(clock={"starts": row["clock starts at"]}, level=level))
    assert (found.verdict, found.clock_seconds) == (
        row["verdict"],
        int(row["clock in hours"]) * 3600,
    )


def test_the_month_of_an_opening_needs_the_opening_whatever_is_measured() -> None:
    one = ticket("T", "2026-10-05 09:00 work 2", "2026-10-05 15:00 resolved 2")
    terms_ = agreement(level={"measure": "count", "month_of": "opened", "expected": "10",
                              "minimum": "20", "targets": {}})  # fmt: skip
    found = result(one, terms_)
    assert (found.verdict, found.reason) == (Verdict.UNUSABLE, "its opening is not in the evidence")


@pytest.mark.parametrize("rule", ["last", "split"])
def test_the_source_s_own_hold_time_is_taken_off_once_where_rows_show_no_pauses(rule: str) -> None:
    one = ticket(
        "T",
        "2026-10-05 08:00 new 2",
        "2026-10-05 13:00 work 2",
        "2026-10-05 18:00 resolved",
        hold_seconds=3 * 3600,
    )
    terms_ = agreement(clock={"priority": rule}, level={"month_of": "due"})
    found = result(one, terms_)
    assert (found.clock_seconds, found.paused_seconds) == (7 * 3600, 3 * 3600)
    assert found.verdict is Verdict.MET
    assert found.due_at == at("2026-10-06 09:00"), "an hour was left when it stopped"
    short = agreement(clock={"priority": rule}, level={"targets": {"any": "6h"}})
    assert result(one, short).verdict is Verdict.MISSED
    assert result(replace(one, hold_seconds=99 * 3600), terms_).clock_seconds == 0


def test_a_miss_is_uncertain_where_pauses_are_not_known() -> None:
    one = ticket("T", "2026-10-05 08:00 new 2", "2026-10-05 18:00 resolved", pauses_known=False)
    assert result(one, EXAMPLE).uncertain
    assert not result(one, agreement()).uncertain, "nothing pauses this clock"
    assert not result(replace(one, pauses_known=True), EXAMPLE).uncertain


def test_a_look_back_sees_no_later_row() -> None:
    first_time = agreement(level={"measure": "first_time", "month_of": "opened"})
    one = ticket(
        "T",
        "2026-10-05 09:00 new 2",
        "2026-10-05 10:00 assigned",
        "2026-10-05 11:00 resolved",
        "2026-10-06 09:00 assigned",
    )
    assert result(one, first_time, as_of="2026-10-05 12:00").verdict is Verdict.MET
    assert result(one, first_time, as_of="2026-10-06 12:00").verdict is Verdict.OPEN


# What changes nothing, and what only goes one way.

_GAPS = st.integers(0, 200_000)
_STATES = st.sampled_from([state for state in State if state is not State.CANCELLED])
HISTORIES = st.lists(
    st.tuples(_GAPS, st.none() | _STATES, st.sampled_from([None, "1", "2", "3"])), max_size=8
)


def _made(history: list[tuple[int, State | None, str | None]]) -> Ticket:
    changes = [Change(at("2026-10-19 10:00"), State.NEW, "2")]
    for gap, state, priority in history:
        changes.append(Change(changes[-1].at + gap, state, priority))
    return Ticket("T", tuple(changes))


def _figures(found: TicketResult) -> tuple[object, ...]:
    moments = (found.started_at, found.stopped_at, found.due_at)
    return (found.clock_seconds, found.paused_seconds, found.verdict, found.month, *moments)


def _far(one: Ticket) -> str:
    return "2026-12-31 12:00"


@settings(max_examples=60)
@given(HISTORIES, st.randoms(use_true_random=False))
def test_the_sum_of_the_terms_is_the_clock_in_any_order(
    history: list[tuple[int, State | None, str | None]], chance: random.Random
) -> None:
    one = _made(history)
    hours = hours_for(EXAMPLE, [one], as_of=at(_far(one)))
    seen = course(one, EXAMPLE.clocks["resolve"], as_of=at(_far(one)))
    name = result(one, EXAMPLE, as_of=_far(one)).calendar
    found = terms(seen.running(), hours.by_name[name])
    chance.shuffle(found)
    clock = result(one, EXAMPLE, as_of=_far(one)).clock_seconds
    assert sum(term.sign * term.open_seconds for term in found) == clock


@settings(max_examples=60)
@given(HISTORIES, st.integers(0, 8), st.integers(0, 100_000))
def test_a_row_that_changes_nothing_changes_nothing(
    history: list[tuple[int, State | None, str | None]], place: int, gap: int
) -> None:
    one = _made(history)
    index = min(place, len(one.changes) - 1)
    before = one.changes[index]
    state = next(c.state for c in reversed(one.changes[: index + 1]) if c.state)
    priority = next(c.priority for c in reversed(one.changes[: index + 1]) if c.priority)
    following = one.changes[index + 1].at if index + 1 < len(one.changes) else before.at + gap
    again = Change(min(before.at + gap, following), state, priority)
    more = replace(one, changes=(*one.changes[: index + 1], again, *one.changes[index + 1 :]))
    for terms_ in (EXAMPLE, agreement(clock={"on_reopening": "new_cycle"})):
        assert _figures(result(more, terms_, as_of=_far(one))) == _figures(
            result(one, terms_, as_of=_far(one))
        )


@settings(max_examples=60)
@given(HISTORIES, st.sampled_from(["resume", "ignore"]))
def test_more_pauses_never_lengthen_a_clock(
    history: list[tuple[int, State | None, str | None]], way: str
) -> None:
    one = _made(history)
    pauses: list[str] = []
    clocks = []
    for state in ("waiting_client", "waiting_third_party", "assigned", "in_progress", "new"):
        terms_ = agreement(clock={"pauses_in": list(pauses), "on_reopening": way})
        clocks.append(result(one, terms_, as_of=_far(one)).clock_seconds)
        pauses.append(state)
    assert clocks == sorted(clocks, reverse=True)


@settings(max_examples=40)
@given(st.lists(HISTORIES, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_tickets_changes_no_figure(
    histories: list[list[tuple[int, State | None, str | None]]], chance: random.Random
) -> None:
    tickets = [replace(_made(history), number=f"T-{n}") for n, history in enumerate(histories)]
    shuffled = chance.sample(tickets, len(tickets))
    one, other = (measured(some, EXAMPLE, as_of="2026-12-31 12:00") for some in (tickets, shuffled))
    assert one.figures == other.figures
    assert {r.ticket: r for r in one.results} == {r.ticket: r for r in other.results}


@settings(max_examples=60)
@given(HISTORIES)
def test_every_second_between_start_and_stop_runs_stands_or_is_stopped(
    history: list[tuple[int, State | None, str | None]],
) -> None:
    one = _made(history)
    clock: ClockTerms = EXAMPLE.clocks["resolve"]
    seen = course(one, clock, as_of=at(_far(one)))
    assert seen.started_at == one.changes[0].at
    for earlier, later in zip(seen.stretches, seen.stretches[1:], strict=False):
        assert earlier.end == later.start
    if seen.stretches:
        assert seen.stretches[0].start == seen.started_at
        assert seen.stretches[-1].phase is not Phase.STOPPED
        assert seen.stretches[-1].end == (seen.stopped_at or seen.looked_at)


@pytest.mark.parametrize("terms_", [EXAMPLE, agreement()], ids=["example", "plain"])
def test_an_empty_source_is_measured_as_nothing(terms_: AgreementTerms) -> None:
    found = measured([], terms_)
    assert found.results == ()
    assert [figure.attained for row in found.figures.values() for figure in row] == [None]


def test_of_an_attribute_that_came_back_the_last_value_counts() -> None:
    texts = ['{"service": "mail"}', '{"service": "web"}', '{"service": "mail"}', '{"service": ""}']
    told = [
        ("INC-1", n, "new", None, None, None, text, None, True, None, "f", n, True)
        for n, text in enumerate(texts)
    ]
    (ticket,) = tickets_from(told)
    assert ticket.attributes == {"service": "mail"}
