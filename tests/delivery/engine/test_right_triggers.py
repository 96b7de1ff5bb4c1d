"""Triggers: rights that misses or money give rise to over months, and when they lapse."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from golden.golden_tables import rows
from retained.contracts.engine.credit_terms import Trigger
from retained.delivery.engine.credits import MonthCredits
from retained.delivery.engine.measures import MonthFigure, MonthVerdict
from retained.delivery.engine.triggers import Fired, fired_triggers
from retained.shared.money import Money
from retained.shared.months import Month

JANUARY = Month(2026, 1)
VERDICTS = {
    "m": MonthVerdict.MET,
    "x": MonthVerdict.BELOW_EXPECTED,
    "X": MonthVerdict.BELOW_MINIMUM,
    "-": MonthVerdict.NOT_MEASURED,
}


def trigger(**terms: Any) -> Trigger:
    return Trigger.model_validate({"id": "end", "title": "Right to terminate", **terms})


def row(months: str, *, running: int = 0) -> list[MonthFigure]:
    """Return figures of months such as "m x x": met, missed, missed."""
    marks = months.split()
    return [
        MonthFigure(
            "in-time", JANUARY.plus(n), None, 0, 0, 0, 0, 0, VERDICTS[mark],
            complete=n < len(marks) - running,
        )
        for n, mark in enumerate(marks)
    ]  # fmt: skip


def credit(month: Month, owed: str) -> MonthCredits:
    amount, nothing = Money(Decimal(owed), "EUR"), Money(Decimal(0), "EUR")
    return MonthCredits(month, nothing, nothing, (), amount, amount, nothing, Decimal(0))


def fired(months: str, running: int = 0, **terms: Any) -> list[Fired]:
    return fired_triggers([trigger(**terms)], {"in-time": row(months, running=running)}, [])


@pytest.mark.parametrize("case", rows("triggers/fires.csv"), ids=lambda row: row["months"])
def test_misses_over_months_fire_as_the_clause_says(case: dict[str, str]) -> None:
    count, kind = case["rule"].split(" ", 1)
    terms = (
        {"in_a_row": count}
        if kind == "in a row"
        else {"misses": count, "of_months": kind.removeprefix("of ")}
    )
    found = [str(one.month.number) for one in fired(case["months"], **terms)]
    assert (" ".join(found) or "none") == case["fires in"]


def test_four_misses_running_give_a_right_from_the_statement_for_thirty_days() -> None:
    (one,) = fired("m x x x x", in_a_row=4, lapses_after_days=30)
    assert one.because_of == tuple(JANUARY.plus(n) for n in (1, 2, 3, 4))
    assert one.lapses_on(date(2026, 11, 10)) == date(2026, 12, 10)
    (for_ever,) = fired("x x", in_a_row=2)
    assert for_ever.lapses_on(date(2026, 11, 10)) is None


def test_only_misses_of_the_minimum_count_where_the_clause_says_so() -> None:
    assert fired("x x x", in_a_row=3, below="minimum") == []
    assert [one.month for one in fired("X X X", in_a_row=3, below="minimum")] == [JANUARY.plus(2)]


def test_a_month_that_still_runs_fires_nothing() -> None:
    assert fired("x x x", running=1, in_a_row=3) == []


def test_a_trigger_may_name_its_service_level() -> None:
    figures = {"in-time": row("x x"), "other": row("m m")}
    named = trigger(in_a_row=2, service_level="other")
    anyone = trigger(in_a_row=2)
    assert fired_triggers([named], figures, []) == []
    assert [one.service_level for one in fired_triggers([anyone], figures, [])] == ["in-time"]


def test_credits_over_twelve_months_fire_when_they_reach_the_sum() -> None:
    table = rows("triggers/money.csv")
    credits = [credit(Month.parse(case["month"]), case["owed"]) for case in table]
    figures = {"in-time": row(" ".join("m" * 13))}
    limit = trigger(credits_over="500000.00", in_months=12)
    found = [str(one.month) for one in fired_triggers([limit], figures, credits)]
    assert found == [case["month"] for case in table if case["fires"] == "yes"]
