"""Measures: the figure of a month, its verdict, and what small months count as."""

from decimal import Decimal
from typing import Any

import pytest
from agreements_measured import agreement, measured, ticket
from hypothesis import given
from hypothesis import strategies as st

from golden.golden_tables import rows
from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.delivery.engine.measures import (
    MISSES,
    MonthFigure,
    MonthVerdict,
    level_verdict,
    misses_left,
    month_figures,
    rounded,
)
from retained.delivery.engine.tallies import tallies_of
from retained.delivery.engine.verdicts import TicketResult, Verdict
from retained.shared.months import Month

JANUARY = Month(2026, 1)
HOUR = 3600


def level(**terms: Any) -> ServiceLevelTerms:
    return agreement(level=terms).service_levels[0]


def share(met: int, counted: int) -> MonthFigure:
    attained = Decimal(met) / counted if counted else None
    return MonthFigure(
        "in-time", JANUARY, attained, met, counted - met, 0, 0, 0, MonthVerdict.NOT_MEASURED
    )


def results(month: Month, met: int, missed: int) -> list[TicketResult]:
    verdicts = [Verdict.MET] * met + [Verdict.MISSED] * missed
    return [
        TicketResult(f"{month}-{n}", "in-time", month, HOUR, 0, verdict)
        for n, verdict in enumerate(verdicts)
    ]


def figures_of(
    found: list[TicketResult], terms: ServiceLevelTerms, *, last: Month
) -> list[MonthFigure]:
    return month_figures(tallies_of(found, terms), terms, first=JANUARY, last=last, running=None)


@pytest.mark.parametrize("row", rows("measures/clocks.csv"), ids=lambda row: row["measure"])
def test_the_worked_times_come_out(row: dict[str, str]) -> None:
    kind = row["measure"].split()[-1]
    terms = level(
        measure=kind,
        percentile=row["measure"].removesuffix("percentile").strip()
        if "%" in row["measure"]
        else None,
        expected="8h",
        minimum=None,
    )
    clocks = [
        TicketResult(str(n), "in-time", JANUARY, int(hours) * HOUR, 0, Verdict.MET)
        for n, hours in enumerate(row["clocks in hours"].split())
    ]
    (figure,) = month_figures(
        tallies_of(clocks, terms), terms, first=JANUARY, last=JANUARY, running=None
    )
    assert figure.attained == Decimal(row["figure in hours"]) * HOUR


@pytest.mark.parametrize("row", rows("measures/levels.csv"), ids=lambda row: row["met"])
def test_the_worked_shares_get_their_verdict(row: dict[str, str]) -> None:
    terms = level(round_to=int(row["digits"]) if row["digits"] else None)
    attained = Decimal(row["met"]) / int(row["counted"])
    assert level_verdict(attained, terms) == row["verdict"]
    shown = rounded(attained, terms) * 100
    assert f"{shown.normalize():f} %" == row["attained"]


@pytest.mark.parametrize("row", rows("measures/small-months.csv"), ids=lambda row: row["rule"])
def test_small_months_count_as_the_agreement_says(row: dict[str, str]) -> None:
    terms = level(small_volume=row["rule"], minimum_volume=10, allowed_failures=1, minimum="85 %")
    found: list[TicketResult] = []
    for n, column in enumerate(("first month", "second month", "third month")):
        met, counted = map(int, row[column].split("/"))
        found += results(JANUARY.plus(n), met, counted - met)
    figures = month_figures(
        tallies_of(found, terms), terms, first=JANUARY, last=JANUARY.plus(2), running=None
    )
    assert [figure.verdict for figure in figures] == [
        row[column] for column in ("first verdict", "second verdict", "third verdict")
    ]


def test_a_pooled_month_says_whose_tickets_it_counts() -> None:
    terms = level(small_volume="pool", minimum_volume=10)
    found = results(JANUARY, 4, 1) + results(JANUARY.plus(1), 5, 0)
    first, second = month_figures(
        tallies_of(found, terms), terms, first=JANUARY, last=JANUARY.plus(1), running=None
    )
    assert (first.counted, first.pooled_from) == (5, ())
    assert (second.counted, second.pooled_from) == (10, (JANUARY,))


@pytest.mark.parametrize("row", rows("measures/misses-left.csv"), ids=lambda row: row["met"])
def test_a_running_month_knows_how_many_more_misses_it_can_bear(row: dict[str, str]) -> None:
    terms = level(expected=row["expected"])
    left = misses_left(share(int(row["met"]), int(row["counted"])), terms)
    assert ("fallen" if left is None else str(left)) == row["more misses"]


@given(st.integers(0, 5_000), st.integers(0, 100), st.integers(1, 100))
def test_one_miss_more_than_can_be_borne_makes_the_month_fail(
    met: int, missed: int, expected: int
) -> None:
    terms = level(expected=f"{expected} %", minimum=None)
    left = misses_left(share(met, met + missed), terms)
    if left is None:
        assert level_verdict(Decimal(met) / (met + missed), terms) in MISSES
        return
    counted = met + missed + left
    assert not counted or level_verdict(Decimal(met) / counted, terms) not in MISSES
    assert level_verdict(Decimal(met) / (counted + 1), terms) in MISSES


def test_a_level_of_nothing_can_bear_any_miss() -> None:
    assert misses_left(share(5, 10), level(expected="0 %", minimum=None)) is None
    assert misses_left(share(5, 10), level(measure="reopen_share", minimum=None)) is None


@given(st.integers(1, 300), st.integers(0, 300))
def test_one_more_met_ticket_never_worsens_a_verdict(met: int, missed: int) -> None:
    order = [MonthVerdict.BELOW_MINIMUM, MonthVerdict.BELOW_EXPECTED, MonthVerdict.MET]
    before, after = (level_verdict(Decimal(n) / (n + missed), level()) for n in (met - 1 or 1, met))
    assert order.index(before) <= order.index(after)


def test_a_month_without_tickets_is_not_measured() -> None:
    (figure,) = month_figures({}, level(), first=JANUARY, last=JANUARY, running=None)
    assert (figure.verdict, figure.attained) == (MonthVerdict.NOT_MEASURED, None)


def test_a_running_month_is_never_complete() -> None:
    figures = month_figures(
        tallies_of(results(JANUARY, 9, 1), level()),
        level(),
        first=JANUARY,
        last=JANUARY.plus(1),
        running=JANUARY.plus(1),
    )
    assert [figure.complete for figure in figures] == [True, False]


def test_uncertain_misses_show_the_best_case_beside_the_figure() -> None:
    found = results(JANUARY, 8, 1)
    found.append(TicketResult("u", "in-time", JANUARY, HOUR, 0, Verdict.MISSED, uncertain=True))
    (figure,) = month_figures(
        tallies_of(found, level()), level(), first=JANUARY, last=JANUARY, running=None
    )
    assert (figure.attained, figure.best_case) == (Decimal("0.8"), Decimal("0.9"))


def test_rows_that_cannot_be_used_stand_beside_the_figure() -> None:
    found = results(JANUARY, 9, 0)
    found.append(TicketResult("u", "in-time", JANUARY, 0, 0, Verdict.UNUSABLE))
    (figure,) = month_figures(
        tallies_of(found, level()), level(), first=JANUARY, last=JANUARY, running=None
    )
    assert (figure.attained, figure.unusable_share) == (1, Decimal("0.1"))


# Whole measurements of the measures that need a history.

HISTORY = [
    ticket("A", "2026-08-03 09:00 new 2", "2026-08-03 12:00 resolved"),
    ticket("B", "2026-08-04 09:00 new 2", "2026-08-04 10:00 assigned", "2026-08-04 11:00 assigned",
           "2026-08-04 12:00 resolved"),
    ticket("C", "2026-08-05 09:00 new 2", "2026-08-05 12:00 resolved", "2026-08-06 09:00 work",
           "2026-08-06 10:00 resolved"),
    ticket("D", "2026-08-31 09:00 new 2", "2026-09-02 09:00 resolved"),
    ticket("E", "2026-09-30 16:00 new 2"),
]  # fmt: skip
MEASURES = [
    ({"measure": "first_time", "expected": "50 %"}, ["0.3333", "1", None]),
    ({"measure": "reopen_share", "expected": "10 %"}, ["0.3333", "0", None]),
    ({"measure": "count", "expected": "9", "month_of": "opened"}, ["4", "1", "0"]),
    ({"measure": "backlog", "expected": "9"}, ["1", "1", "1"]),
    ({"measure": "backlog", "expected": "9", "older_than": "9h"}, [None, None, "1"]),
    ({"measure": "backlog", "expected": "0"}, ["1", "1", "1"]),
]


@pytest.mark.parametrize(("terms", "attained"), MEASURES, ids=[str(m) for m, _ in MEASURES])
def test_each_measure_of_a_history_is_counted_by_hand(
    terms: dict[str, Any], attained: list[str | None]
) -> None:
    found = measured(HISTORY, agreement(level={"minimum": None, **terms}), as_of="2026-10-02 12:00")
    figures = {figure.month: figure.attained for figure in found.figures["in-time"]}
    for month, wanted in zip((8, 9, 10), attained, strict=True):
        seen = figures.get(Month(2026, month))
        assert (None if seen is None else round(seen, 4)) == (wanted and Decimal(wanted))


def test_a_lower_figure_is_better_for_times_and_counts() -> None:
    terms = level(measure="backlog", expected="5", minimum="10")
    verdicts = [level_verdict(Decimal(n), terms) for n in (5, 6, 10, 11)]
    assert verdicts == ["met", "below_expected", "below_expected", "below_minimum"]
