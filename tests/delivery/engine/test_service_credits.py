"""Service credits: the worked clauses, and what holds for every agreement."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest
from agreements_measured import agreement
from hypothesis import given, settings
from hypothesis import strategies as st

from golden.golden_tables import rows
from retained.contracts.engine.agreement import AgreementTerms
from retained.delivery.engine.credits import MonthCredits, credits_of_months
from retained.delivery.engine.measures import MonthFigure, MonthVerdict, level_verdict
from retained.shared.money import total
from retained.shared.months import Month

JANUARY = Month(2026, 1)


def percent(text: str) -> Decimal:
    return Decimal(text.removesuffix("%").strip()) / 100


def euros(text: str) -> Decimal:
    return Decimal(text)


def figure(terms: AgreementTerms, level_id: str, month: Month, attained: Decimal) -> MonthFigure:
    verdict = level_verdict(attained, terms.service_level(level_id))
    return MonthFigure(level_id, month, attained, 0, 0, 0, 0, 0, verdict)


def credits_for(
    terms: AgreementTerms, attained: Mapping[str, Sequence[Decimal]], first: Month = JANUARY
) -> list[MonthCredits]:
    """Return the credits of the months in which so much was attained."""
    figures = {
        level_id: [figure(terms, level_id, first.plus(n), value) for n, value in enumerate(row)]
        for level_id, row in attained.items()
    }
    return credits_of_months(figures, lambda _: terms)


def promised(
    *credits: Mapping[str, Any],
    base: str = "92000.00",
    at_risk: str = "12 %",
    expected: str = "95 %",
    minimum: str | None = "90 %",
    round_to: int | None = None,
    **pool: Any,
) -> AgreementTerms:
    """Return an agreement with one service level for each credit: first, second, ..."""
    levels = [
        {
            "id": name,
            "expected": expected,
            "minimum": minimum,
            "round_to": round_to,
            "credit": credit,
        }
        for name, credit in zip(("first", "second", "third", "fourth"), credits, strict=False)
    ]
    return agreement(
        levels=levels, credit_base={"amount": base}, credits={"at_risk": at_risk, **pool}
    )


@pytest.mark.parametrize("row", rows("service-credits/pool.csv"), ids=lambda row: row["credit"])
def test_a_credit_is_at_risk_times_allocation_times_share(row: dict[str, str]) -> None:
    terms = promised(
        {"allocation": row["allocation"], "below_expected": row["share"]},
        base=row["monthly amount"],
        at_risk=row["at risk"],
    )
    (month,) = credits_for(terms, {"first": [Decimal("0.94")]})
    assert month.owed.amount == euros(row["credit"])


def test_an_over_allocated_pool_is_capped_and_shows_what_is_lost() -> None:
    *levels, together = rows("service-credits/over-allocated.csv")
    terms = promised(
        *[{"allocation": row["allocation"], "below_expected": "100 %"} for row in levels],
        base="500000.00",
        pool="250 %",
    )
    names = [row["service level"] for row in levels]
    (month,) = credits_for(terms, {name: [Decimal("0.94")] for name in names})
    assert [credit.amount.amount for credit in month.levels] == [
        euros(row["credit"]) for row in levels
    ]
    assert [credit.after_cap.amount for credit in month.levels] == [
        euros(row["after the cap"]) for row in levels
    ]
    assert month.before_cap.amount == euros(together["credit"])
    assert month.owed.amount == euros(together["after the cap"]) == month.at_risk.amount
    assert month.lost_to_cap.amount == 15_000


def test_the_story_owes_what_it_says() -> None:
    half_and_all = {"below_expected": "50 %", "below_minimum": "100 %"}
    terms = promised(
        *[{"allocation": share, **half_and_all} for share in ("40 %", "30 %", "30 %")],
        repeated={"from": 3, "times": "1.5"},
    )
    table = rows("service-credits/story.csv")
    names = {"first": "first level", "second": "second level", "third": "third level"}
    months = credits_for(
        terms,
        {name: [percent(row[column]) for row in table] for name, column in names.items()},
        Month(2026, 6),
    )
    seen = [
        [str(m.month), *(f"{x.amount:.2f}" for x in (m.before_cap, m.owed, m.lost_to_cap))]
        for m in months
    ]
    assert seen == [
        [row[column] for column in ("month", "before the cap", "owed", "lost to the cap")]
        for row in table
    ]
    assert total((month.owed for month in months), "EUR").amount == 20_424


BANDS = [
    {"at_least": "99.0 %", "points": "0"},
    {"at_least": "98.0 %", "at_most": "98.9 %", "points": "1"},
    {"at_least": "97.0 %", "at_most": "97.9 %", "points": "2"},
    {"at_least": "96.0 %", "at_most": "96.9 %", "points": "3"},
    {"at_most": "95.9 %", "points": "4"},
]


def test_points_of_bands_double_when_a_level_is_missed_again() -> None:
    table = rows("service-credits/points.csv")
    terms = promised(
        {"bands": BANDS}, expected="99 %", minimum=None, repeated={"from": 2, "times": "2"}
    )
    months = credits_for(terms, {"first": [percent(row["attained"]) for row in table]})
    assert [
        (str(m.month), str(m.levels[0].misses_running), f"{m.points:f}".removesuffix(".0"))
        for m in months
    ] == [(row["month"], row["misses running"], row["points"]) for row in table]


def test_a_figure_between_two_bands_needs_its_rounding() -> None:
    attained = {"first": [Decimal("0.9895")]}
    exact = promised({"bands": BANDS}, expected="99 %", minimum=None)
    rounded = promised({"bands": BANDS}, expected="99 %", minimum=None, round_to=1)
    assert credits_for(exact, attained)[0].points == 0, "no band holds it: nothing is owed"
    assert credits_for(rounded, attained)[0].levels[0].points == 0, "98.95 % is rounded to 99.0 %"
    assert credits_for(rounded, {"first": [Decimal("0.9894")]})[0].points == 1


@pytest.mark.parametrize(
    "row", rows("service-credits/point-shares.csv"), ids=lambda row: row["points"]
)
def test_points_are_worth_a_share_of_the_charge_from_a_number_on(row: dict[str, str]) -> None:
    values = [(5, "0 %"), (10, "2 %"), (15, "4 %"), (20, "6 %"), (25, "8 %"), (30, "10 %")]
    terms = promised(
        {"bands": [{"points": row["points"]}]},
        base="1000.00",
        at_risk="100 %",
        point_values=[{"from_points": points, "share": share} for points, share in values],
    )
    (month,) = credits_for(terms, {"first": [Decimal("0.94")]})
    assert month.owed.amount == 1000 * percent(row["share of the charge"])


@pytest.mark.parametrize(
    "row", rows("service-credits/per-point.csv"), ids=lambda row: row["attained"]
)
def test_a_gap_costs_a_share_for_every_full_percent(row: dict[str, str]) -> None:
    terms = promised(
        {
            "allocation": "100 %",
            "per_point": {"share": row["share"], "each": row["for every full"]},
        },
        expected=row["expected"],
        minimum=None,
        base="1000.00",
        at_risk="100 %",
    )
    (month,) = credits_for(terms, {"first": [percent(row["attained"])]})
    assert month.owed.amount == 1000 * percent(row["owed"])


@pytest.mark.parametrize("row", rows("service-credits/ladder.csv"), ids=lambda row: row["attained"])
def test_the_deepest_missed_rung_counts_and_rungs_do_not_add_up(row: dict[str, str]) -> None:
    rungs = [("99.0 %", "2 %"), ("97.0 %", "5 %"), ("95.0 %", "10 %")]
    ladder = [{"below": below, "share": share} for below, share in rungs]
    terms = promised(
        {"allocation": "100 %", "ladder": ladder},
        expected="99.0 %",
        minimum=None,
        base="1000.00",
        at_risk="100 %",
    )
    (month,) = credits_for(terms, {"first": [percent(row["attained"])]})
    assert month.owed.amount == 1000 * percent(row["owed"])


def test_a_month_has_its_own_amount() -> None:
    terms = agreement(
        level={"credit": {"allocation": "100 %", "below_expected": "100 %"}},
        credit_base={"amount": "1000.00", "months": {"2026-02": "2000.00"}},
        credits={"at_risk": "10 %"},
    )
    months = credits_for(terms, {"in-time": [Decimal("0.94")] * 3})
    assert [month.owed.amount for month in months] == [100, 200, 100]


def test_a_month_without_a_verdict_neither_breaks_nor_lengthens_a_run_of_misses() -> None:
    terms = promised(
        {"allocation": "40 %", "below_expected": "50 %"}, repeated={"from": 3, "times": "1.5"}
    )
    seen = [
        figure(terms, "first", JANUARY.plus(n), Decimal("0.94"))
        if verdict is None
        else MonthFigure("first", JANUARY.plus(n), None, 0, 0, 0, 0, 0, verdict)
        for n, verdict in enumerate([None, None, MonthVerdict.NOT_MEASURED, None])
    ]
    months = credits_of_months({"first": seen}, lambda _: terms)
    assert [month.levels[0].misses_running for month in months] == [1, 2, 2, 3]
    assert [month.owed.amount for month in months] == [2208, 2208, 0, 3312]


def test_an_agreement_without_credits_owes_nothing() -> None:
    assert credits_for(agreement(), {"in-time": [Decimal("0.5")]}) == []


# What holds for every agreement.

_SHARES = st.decimals(0, 1, places=4)
_CREDITS = st.one_of(
    st.fixed_dictionaries(
        {
            "allocation": st.sampled_from(["10 %", "25 %", "60 %"]),
            "below_expected": st.sampled_from(["10 %", "33.33 %", "100 %"]),
            "below_minimum": st.just("100 %"),
        }
    ),
    st.fixed_dictionaries({"bands": st.just(BANDS)}),
    st.fixed_dictionaries(
        {
            "allocation": st.just("40 %"),
            "per_point": st.just({"share": "7 %", "each": "0.5 %"}),
        }
    ),
)
_POOL: dict[str, Any] = {
    "pool": "400 %",
    "repeated": {"from": 2, "times": "1.5"},
    "point_values": [{"from_points": 1, "share": "1 %"}, {"from_points": 5, "share": "9 %"}],
}
_MONTHS = st.lists(
    st.fixed_dictionaries(dict.fromkeys(("first", "second", "third"), _SHARES)),
    min_size=1,
    max_size=6,
)


@settings(max_examples=60)
@given(st.tuples(_CREDITS, _CREDITS, _CREDITS), _MONTHS)
def test_credits_never_exceed_what_is_at_risk_and_their_parts_add_up(
    credits: tuple[dict[str, Any], ...], months: list[dict[str, Decimal]]
) -> None:
    terms = promised(*credits, base="91234.57", **_POOL)
    for month in credits_for(terms, _by_level(months)):
        assert month.owed <= month.at_risk
        assert month.owed + month.lost_to_cap == month.before_cap
        assert total((level.amount for level in month.levels), "EUR") == month.before_cap
        assert total((level.after_cap for level in month.levels), "EUR") == month.owed
        assert all(level.after_cap <= level.amount for level in month.levels)


@settings(max_examples=40)
@given(st.tuples(_CREDITS, _CREDITS, _CREDITS), _MONTHS, st.sampled_from([10, 100, 1000]))
def test_a_hundred_times_the_charge_is_a_hundred_times_the_credit(
    credits: tuple[dict[str, Any], ...], months: list[dict[str, Decimal]], times: int
) -> None:
    """A charge of whole ten thousands, so that no rounding hides in it."""
    small, large = (
        credits_for(promised(*credits, base=f"{10**7 * n}.00", **_POOL), _by_level(months))
        for n in (1, times)
    )
    for one, other in zip(small, large, strict=True):
        assert one.owed * times == other.owed
        assert one.before_cap * times == other.before_cap


@settings(max_examples=40)
@given(_CREDITS, st.lists(_SHARES, min_size=2, max_size=6))
def test_a_worse_month_never_owes_less(credit: dict[str, Any], shares: list[Decimal]) -> None:
    terms = promised(credit, expected="99 %", round_to=1, **{**_POOL, "repeated": None})
    owed = [
        credits_for(terms, {"first": [share]})[0].owed.amount
        for share in sorted(shares, reverse=True)
    ]
    assert owed == sorted(owed)


def _by_level(months: list[dict[str, Decimal]]) -> dict[str, list[Decimal]]:
    return {name: [month[name] for month in months] for name in months[0]}
