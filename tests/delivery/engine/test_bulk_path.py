"""The large path gives every ticket the same seconds, verdict and month as the small path."""

import random
from collections.abc import Iterable, Sequence
from typing import Any

import duckdb
import pytest
from agreements_measured import agreement, at
from hypothesis import given, settings
from hypothesis import strategies as st

from retained.contracts.engine.agreement import AgreementTerms
from retained.delivery.engine.bulk import (
    Bulk,
    can_be_counted_in_bulk,
    count_tickets,
    month_counts,
    moves_from,
    register_codes,
)
from retained.delivery.engine.measurement import hours_for
from retained.delivery.engine.tickets import Change, Ticket
from retained.delivery.engine.verdicts import Verdict, ticket_result
from retained.shared.states import State

BEGINNING = at("2026-10-20 07:00")  # the clock goes back on 25 October
PRIORITIES = ["1", "2", "3", "4"]
DAY = 86_400

Row = tuple[str, int, int, str | None, str | None]  # ticket, moment, sequence, state, priority
Result = tuple[str, int | None, str, int, int, str]


def promised(clock: dict[str, Any], level: dict[str, Any]) -> AgreementTerms:
    return agreement(
        calendars={
            "always": "24x7",
            "office": {
                "hours": {"monday-thursday": ["08:00-12:10", "12:40-17:00"], "fri": ["08-13"]},
                "holidays": "NL",
            },
            "night": {"hours": {"monday-sunday": ["22:15-06:10"]}},
        },
        clock={
            "calendar": {"default": "office", "priority": {"1": "always", "3": "night"}},
            **clock,
        },
        level={
            "targets": {"1": "4h", "2": "8h", "3": "1 working day", "4": "2 working days"},
            **level,
        },
    )


def tickets_of(rows: Iterable[Row]) -> list[Ticket]:
    changes: dict[str, list[Change]] = {}
    for number, moment, _, state, priority in sorted(rows, key=lambda row: row[:3]):
        known = None if state is None else State(state)
        changes.setdefault(number, []).append(Change(moment, known, priority))
    return [Ticket(number, tuple(own)) for number, own in changes.items()]


def small(
    rows: Sequence[Row], terms: AgreementTerms, as_of: int, excluded: dict[str, str]
) -> list[Result]:
    level = terms.service_levels[0]
    tickets = [one for one in tickets_of(rows) if one.changes[0].at <= as_of]
    hours = hours_for(terms, tickets, as_of=as_of)
    found = [
        ticket_result(one, level, terms, hours, as_of=as_of, excluded=excluded) for one in tickets
    ]
    return sorted(
        (
            one.ticket,
            one.month.year * 12 + one.month.number - 1 if one.month else None,
            one.priority,
            one.clock_seconds,
            one.paused_seconds,
            str(one.verdict),
        )
        for one in found
        if one is not None
    )


def large(
    rows: Sequence[Row],
    terms: AgreementTerms,
    as_of: int,
    excluded: dict[str, str],
    touched: Sequence[str] = (),
) -> list[Result]:
    with duckdb.connect() as connection:
        load(connection, rows)
        connection.execute("CREATE TEMP TABLE renewed (ticket VARCHAR)")
        for number in touched:
            connection.execute("INSERT INTO renewed VALUES (?)", [number])
        first = min(row[1] for row in rows)
        bulk = Bulk(terms, terms.service_levels[0], "moves", PRIORITIES, as_of, first)
        name = "renewed" if touched else ""
        count_tickets(connection, bulk, excluded=excluded, touched=name)
        found = connection.execute(
            "SELECT ticket, month, priority, clock_seconds, paused_seconds, verdict "
            "FROM ticket_results ORDER BY ticket"
        ).fetchall()
    return named(found)


def named(found: list[tuple[Any, ...]]) -> list[Result]:
    verdicts = [str(verdict) for verdict in Verdict]
    return [
        (number, month, ["", *PRIORITIES][priority], clock, paused, verdicts[verdict])
        for number, month, priority, clock, paused, verdict in found
    ]


def load(connection: duckdb.DuckDBPyConnection, rows: Sequence[Row]) -> None:
    connection.execute(
        'CREATE TEMP TABLE changes (ticket VARCHAR, "at" BIGINT, sequence BIGINT, state VARCHAR, '
        'priority VARCHAR, "row" BIGINT, file VARCHAR)'
    )
    connection.executemany("INSERT INTO changes VALUES (?, ?, ?, ?, ?, 0, '')", rows)
    register_codes(connection, PRIORITIES)
    connection.execute(f"CREATE TEMP TABLE moves AS {moves_from('changes')}")


_STATES = st.sampled_from([None, *map(str, State)])
_HISTORIES = st.lists(
    st.lists(
        st.tuples(
            st.integers(0, 90_000) | st.sampled_from([0, 1, 4 * 3600]),
            _STATES,
            st.sampled_from([None, None, *PRIORITIES]),
        ),
        min_size=1,
        max_size=9,
    ),
    min_size=1,
    max_size=6,
)
_CLOCKS = st.fixed_dictionaries(
    {
        "stops": st.sampled_from(["resolved", "closed"]),
        "pauses_in": st.lists(
            st.sampled_from(["waiting_client", "waiting_third_party", "new"]), unique=True
        ),
        "cancelled": st.sampled_from(["leave_out", "count"]),
    }
)
_LEVELS = st.fixed_dictionaries(
    {
        "month_of": st.sampled_from(["stop", "opened"]),
        "open_past_target": st.sampled_from(["missed", "open"]),
        "tickets": st.sampled_from([{}, {"priority": ["1", "2", "3"]}]),
    }
)


@settings(max_examples=40)
@given(_HISTORIES, _CLOCKS, _LEVELS, st.integers(0, 6 * DAY), st.randoms(use_true_random=False))
def test_both_paths_agree_on_every_ticket(
    histories: list[list[tuple[int, str | None, str | None]]],
    clock: dict[str, Any],
    level: dict[str, Any],
    looked: int,
    chance: random.Random,
) -> None:
    rows = _rows(histories)
    terms = promised(clock, level)
    excluded = {"T-1": "agreed"}
    chance.shuffle(rows)
    as_of = BEGINNING + looked
    assert large(rows, terms, as_of, excluded) == small(rows, terms, as_of, excluded)


def _rows(histories: list[list[tuple[int, str | None, str | None]]]) -> list[Row]:
    rows: list[Row] = []
    for number, history in enumerate(histories):
        moment = BEGINNING
        for sequence, (gap, state, priority) in enumerate(history):
            moment += gap
            rows.append((f"T-{number}", moment, sequence, state, priority))
    return rows


@pytest.fixture(scope="module")
def many() -> list[Row]:
    """Twenty thousand tickets, most of them ended, some reopened, some raised on the way."""
    chance = random.Random(20261109)  # noqa: S311 - a fixed seed for a test
    rows: list[Row] = []
    for number in range(20_000):
        moment = BEGINNING - chance.randrange(300 * DAY)
        priority = chance.choice(PRIORITIES)
        states = ["new", "assigned", "in_progress"]
        states += chance.choices(["waiting_client", "in_progress", "resolved"], k=3)
        states += chance.choice([["resolved", "closed"], ["closed"], []])
        for sequence, state in enumerate(states):
            if chance.random() < 0.02:
                priority = chance.choice(PRIORITIES)
            rows.append((f"INC{number:06}", moment, sequence, state, priority))
            moment += int(chance.lognormvariate(8.5, 1.5))
    return rows


def test_twenty_thousand_tickets_agree_both_ways_to_the_second(many: list[Row]) -> None:
    terms = promised({"pauses_in": ["waiting_client"]}, {})
    as_of = BEGINNING + 30 * DAY
    with duckdb.connect() as connection:
        connection.register("made", _columns(many))
        connection.execute("CREATE TEMP TABLE changes AS SELECT *, 0 AS row, '' AS file FROM made")
        register_codes(connection, PRIORITIES)
        connection.execute(f"CREATE TEMP TABLE moves AS {moves_from('changes')}")
        first = min(row[1] for row in many)
        bulk = Bulk(terms, terms.service_levels[0], "moves", PRIORITIES, as_of, first)
        count_tickets(connection, bulk)
        found = connection.execute(
            "SELECT ticket, month, priority, clock_seconds, paused_seconds, verdict "
            "FROM ticket_results ORDER BY ticket"
        ).fetchall()
        by_month = month_counts(connection)
    wanted = small(many, terms, as_of, {})
    assert named(found) == wanted
    assert sum(row[3] for row in by_month) == len(wanted) > 15_000
    assert sum(row[4] for row in by_month) == sum(one[3] for one in wanted)


def _columns(rows: Sequence[Row]) -> dict[str, Any]:
    import numpy as np  # noqa: PLC0415 - only the large set needs it

    names = ("ticket", "at", "sequence", "state", "priority")
    return {name: np.array(part) for name, part in zip(names, zip(*rows, strict=True), strict=True)}


def test_only_touched_tickets_are_counted_again() -> None:
    rows = _rows([[(0, "new", "2"), (3600, "resolved", None)]] * 5)
    terms = promised({}, {})
    every = large(rows, terms, BEGINNING + DAY, {})
    some = large(rows, terms, BEGINNING + DAY, {}, touched=["T-1", "T-3"])
    assert some == [row for row in every if row[0] in {"T-1", "T-3"}]


@pytest.mark.parametrize(
    ("clock", "level"),
    [
        ({"on_reopening": "new_cycle"}, {}),
        ({"priority": "split"}, {}),
        ({"starts": "assigned"}, {}),
        ({"calendar": {"default": "office", "service": {"mail": "always"}}}, {}),
        ({}, {"month_of": "due"}),
        ({}, {"tickets": {"category": "network"}}),
        ({}, {"measure": "backlog", "expected": "9", "minimum": None}),
    ],
)
def test_other_rules_are_left_to_the_small_path(
    clock: dict[str, Any], level: dict[str, Any]
) -> None:
    terms = promised(clock, level)
    assert not can_be_counted_in_bulk(terms.service_levels[0], terms)
    with pytest.raises(ValueError, match="needs the small path"):
        large(_rows([[(0, "new", "2")]]), terms, BEGINNING + DAY, {})
