"""Values of figures by month."""

from decimal import Decimal

from retained.delivery.queries.level_months import LevelMonth
from retained.shared.months import Month


def month(
    attained: str, met: int, missed: int, *, expected: str, unit: str = "percent"
) -> LevelMonth:
    return LevelMonth(
        level_id="level", title="A level", month=Month(2026, 11), unit=unit,
        attained=Decimal(attained), attained_with_excluded=None, at_best=None,
        expected=Decimal(expected), minimum=None, met=met, missed=missed, open=0, excluded=0,
        unusable=0, verdict="", so_far=True, misses_left=None, interval=("", ""), pooled_from=(),
        credit=None,
    )  # fmt: skip


def test_a_share_that_should_be_small_counts_what_it_is_about() -> None:
    reopened = month("6.0380", 3408, 219, expected="5")
    assert reopened.counts == "219 of 3,627"
    assert reopened.lower_is_better
    assert reopened.stands_below


def test_a_share_that_should_be_great_counts_what_was_met() -> None:
    in_time = month("97.4359", 38, 1, expected="95")
    assert in_time.counts == "38 of 39"
    assert not in_time.stands_below
    assert month("87.2727", 48, 7, expected="95").stands_below


def test_unusable_tickets_above_two_percent_ask_for_a_reason() -> None:
    good = month("97.4359", 38, 1, expected="95")
    assert not good.too_many_unusable
    assert LevelMonth(**{**_fields(good), "unusable": 1}).too_many_unusable


def _fields(one: LevelMonth) -> dict[str, object]:
    return {name: getattr(one, name) for name in LevelMonth.__dataclass_fields__}
