"""The large path gives every ticket the same seconds, verdict and month as the small path."""

import json
import random
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from agreements_measured import agreement, at
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retained.contracts.engine.agreement import AgreementTerms
from retained.delivery.engine.bulk.connection import large_connection
from retained.delivery.engine.bulk.counted import Counted, months_counted
from retained.delivery.engine.bulk.detailed import stored_results
from retained.delivery.engine.bulk.moves import Moves, OwnFolder, read_moves, write_moves
from retained.delivery.engine.bulk.rules import Bulk, can_be_counted_in_bulk
from retained.delivery.engine.found import Together
from retained.delivery.engine.histories import QUERY, tickets_from
from retained.delivery.engine.measurement import TermsOverTime, measure
from retained.delivery.engine.tickets import Ticket
from retained.delivery.engine.verdicts import TicketResult, Verdict
from retained.shared.months import Month
from retained.shared.states import State

BEGINNING = at("2026-10-20 07:00")  # the clock goes back on 25 October
PRIORITIES = ["1", "2", "3", "4"]
DAY = 86_400

# As COLUMNS below names them.
Row = tuple[str, int, int, str | None, str | None, str | None, int | None, bool, bool]
COLUMNS = (
    'ticket VARCHAR, "at" BIGINT, sequence BIGINT, state VARCHAR, priority VARCHAR, '
    "attributes VARCHAR, hold_seconds BIGINT, pauses_known BOOLEAN, rows_whole BOOLEAN"
)


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


class Loaded:
    """Rows as `evidence` reads them, for both paths."""

    def __init__(self, rows: Sequence[Row] | dict[str, Any]) -> None:
        self.folder = OwnFolder()
        with large_connection() as connection:
            connection.execute(f"CREATE TEMP TABLE made ({COLUMNS})")
            if isinstance(rows, dict):
                connection.register("columns", rows)
                connection.execute("INSERT INTO made BY NAME SELECT * FROM columns")
            else:
                connection.executemany("INSERT INTO made VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
            connection.execute(
                "CREATE TEMP TABLE changes AS SELECT *, '' AS actor, '' AS reason, "
                "NULL::VARCHAR AS reported, '' AS file, 0 AS \"row\" FROM made"
            )
            write_moves(connection, self.folder.path, "changes")
            found = connection.execute(QUERY).fetchall()
        self.tickets: list[Ticket] = list(tickets_from(found))
        moves = read_moves(self.folder.path)
        assert moves is not None
        self.moves: Moves = moves

    def small(
        self, terms: AgreementTerms, as_of: int, excluded: dict[str, str]
    ) -> Iterable[TicketResult]:
        out = {terms.service_levels[0].id: excluded}
        return measure(lambda _: self.tickets, terms, as_of=as_of, excluded=out).results

    def large(
        self, terms: AgreementTerms, as_of: int, excluded: dict[str, str]
    ) -> list[TicketResult]:
        bulk = Bulk.of(terms, terms.service_levels[0], self.moves, as_of=as_of)
        with large_connection() as connection:
            return list(stored_results(connection, bulk, excluded=excluded))

    def counted(
        self,
        terms: AgreementTerms,
        as_of: int,
        excluded: dict[str, str],
        touched: Sequence[str] = (),
    ) -> list[Counted]:
        bulk = Bulk.of(terms, terms.service_levels[0], self.moves, as_of=as_of)
        with large_connection() as connection:
            connection.execute("CREATE TEMP TABLE renewed (ticket VARCHAR)")
            for number in touched:
                connection.execute("INSERT INTO renewed VALUES (?)", [number])
            name = "renewed" if touched else ""
            return months_counted(connection, bulk, excluded=excluded, touched=name)


def summed(results: Iterable[TicketResult]) -> list[Counted]:
    """The same counts by another way."""
    own: dict[tuple[Month | None, str, Verdict], list[TicketResult]] = {}
    for one in results:
        own.setdefault((one.month, one.priority, one.verdict), []).append(one)
    return sorted(
        (
            Counted(
                *key,
                len(group),
                sum(one.clock_seconds for one in group),
                sum(one.uncertain for one in group),
            )
            for key, group in own.items()
        ),
        key=lambda one: (str(one.month or ""), one.priority, one.verdict),
    )


_STATES = st.sampled_from([None, *map(str, State)])
_ATTRIBUTES = st.none() | st.fixed_dictionaries(
    {},
    optional={
        "service": st.sampled_from(["", "mail", "web"]),
        "continues": st.sampled_from(["", "T-0", "T-1", "T-3", "T-9"]),
    },
)
_HISTORIES = st.lists(
    st.tuples(
        st.lists(
            st.tuples(
                st.integers(0, 90_000) | st.sampled_from([0, 1, 4 * 3600]),
                _STATES,
                st.sampled_from([None, None, *PRIORITIES]),
                _ATTRIBUTES,
            ),
            min_size=1,
            max_size=9,
        ),
        st.sampled_from([None, None, None, 0, 600, 20_000]),  # a total of waiting
        st.booleans(),  # whether pauses are known
        st.sampled_from([True, True, False]),  # whether every row could be used
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
        "priority": st.sampled_from(["last", "first"]),
        "reopened_as_new": st.sampled_from(["separate", "continues"]),
    }
)
_LEVELS = st.fixed_dictionaries(
    {
        "month_of": st.sampled_from(["stop", "opened", "due"]),
        "open_past_target": st.sampled_from(["missed", "open"]),
        "tickets": st.sampled_from(
            [{}, {"priority": ["1", "2", "3"]}, {"service": ["mail"], "priority": ["1", "2"]}]
        ),
    }
)


Told = dict[str, str] | None
History = tuple[list[tuple[int, str | None, str | None, Told]], int | None, bool, bool]


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(_HISTORIES, _CLOCKS, _LEVELS, st.integers(0, 6 * DAY), st.randoms(use_true_random=False))
def test_both_paths_agree_on_every_ticket_to_the_last_column(
    histories: list[History],
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
    evidence = Loaded(rows)
    wanted = list(evidence.small(terms, as_of, excluded))
    assert evidence.large(terms, as_of, excluded) == wanted
    if level["month_of"] != "due":
        assert evidence.counted(terms, as_of, excluded) == summed(wanted)


def test_a_priority_told_after_the_stop_hides_no_ticket() -> None:
    """The level is not about priority 4, but the ticket counted as priority 1 when it stopped."""
    evidence = Loaded(
        _rows([([(0, "resolved", "1", None), (1, None, "4", None)], None, True, True)])
    )
    terms = promised({}, {"tickets": {"priority": ["1", "2", "3"]}})
    (wanted,) = evidence.small(terms, BEGINNING + 1, {})
    assert evidence.large(terms, BEGINNING + 1, {}) == [wanted]
    assert evidence.counted(terms, BEGINNING + 1, {}) == summed([wanted])


def _rows(histories: Sequence[History]) -> list[Row]:
    rows: list[Row] = []
    for number, (history, hold, known, whole) in enumerate(histories):
        moment = BEGINNING
        for sequence, (gap, state, priority, attributes) in enumerate(history):
            moment += gap
            told = None if attributes is None else json.dumps(attributes)
            fixed = (told, hold, known, whole)
            rows.append((f"T-{number}", moment, sequence, state, priority, *fixed))
    return rows


@pytest.fixture(scope="module")
def many() -> Loaded:
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
            rows.append(
                (f"INC{number:06}", moment, sequence, state, priority, None, None, True, True)
            )
            moment += int(chance.lognormvariate(8.5, 1.5))
    return Loaded(_columns(rows))


AS_OF = BEGINNING + 30 * DAY
PAUSING = {"pauses_in": ["waiting_client"]}


def test_twenty_thousand_tickets_agree_both_ways(many: Loaded) -> None:
    terms = promised(PAUSING, {})
    wanted = list(many.small(terms, AS_OF, {}))
    assert many.large(terms, AS_OF, {}) == wanted
    counted = many.counted(terms, AS_OF, {})
    assert counted == summed(wanted)
    assert sum(one.tickets for one in counted) == len(wanted) > 15_000


def test_a_measurement_is_the_same_by_either_path(many: Loaded) -> None:
    terms = TermsOverTime(
        tuple(
            (day, promised(PAUSING, level))
            for day, level in ((date(2026, 1, 1), {}), (date(2026, 6, 1), {"expected": "90 %"}))
        )
    )
    excluded = {terms.versions[0][1].service_levels[0].id: {"INC000007": "agreed"}}
    tickets = {"as_of": AS_OF, "excluded": excluded}
    small = measure(lambda _: many.tickets, terms, **tickets)
    large = measure(lambda _: [], terms, moves_of=lambda _: many.moves, **tickets)
    quick = measure(lambda _: [], terms, moves_of=lambda _: many.moves, rows=False, **tickets)
    assert isinstance(large.results, Together)
    assert list(large.results) == list(small.results)
    assert len(large.results) == len(small.results)
    assert len(quick.results) == 0
    for other in (large, quick):
        assert other.figures == small.figures
        assert other.credits == small.credits
        assert other.triggers == small.triggers


def _columns(rows: Sequence[Row]) -> dict[str, Any]:
    import numpy as np  # noqa: PLC0415 - only the large set needs it

    names = ("ticket", "at", "sequence", "state", "priority")
    made = {
        name: np.array(part) for name, part in zip(names, zip(*rows, strict=True), strict=False)
    }
    return {
        **made,
        "pauses_known": np.full(len(rows), fill_value=True),
        "rows_whole": np.full(len(rows), fill_value=True),
    }


def test_only_touched_tickets_are_counted_again() -> None:
    rows = _rows([([(0, "new", "2", None), (7200, "resolved", None, None)], None, True, True)] * 5)
    terms = promised({}, {})
    evidence = Loaded(rows)
    every = evidence.counted(terms, BEGINNING + DAY, {})
    some = evidence.counted(terms, BEGINNING + DAY, {}, touched=["T-1", "T-3"])
    assert [(one.tickets, one.clock_seconds) for one in every] == [(5, 5 * 3600)]
    assert [(one.tickets, one.clock_seconds) for one in some] == [(2, 2 * 3600)]


@pytest.mark.parametrize(
    ("clock", "level"),
    [
        ({"on_reopening": "new_cycle"}, {}),
        ({"priority": "split"}, {}),
        ({"starts": "assigned"}, {}),
        ({"calendar": {"default": "office", "service": {"mail": "always"}}}, {}),
        ({}, {"measure": "backlog", "expected": "9", "minimum": None}),
    ],
)
def test_other_rules_are_left_to_the_small_path(
    clock: dict[str, Any], level: dict[str, Any]
) -> None:
    terms = promised(clock, level)
    assert not can_be_counted_in_bulk(terms.service_levels[0], terms)
    evidence = Loaded(_rows([([(0, "new", "2", None)], None, True, True)]))
    with pytest.raises(ValueError, match="needs the small path"):
        evidence.large(terms, BEGINNING + DAY, {})


def test_months_of_the_due_moment_need_a_row_for_each_ticket() -> None:
    evidence = Loaded(_rows([([(0, "new", "2", None)], None, True, True)]))
    with pytest.raises(ValueError, match="row for each ticket"):
        evidence.counted(promised({}, {"month_of": "due"}), BEGINNING + DAY, {})


def test_too_many_priorities_are_refused() -> None:
    many = "(SELECT 'T' AS ticket, i::VARCHAR AS priority FROM range(5000) AS numbers(i))"
    with duckdb.connect() as connection, pytest.raises(ValueError, match="priorities"):
        write_moves(connection, Path("nowhere"), many)
