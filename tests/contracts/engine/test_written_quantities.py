"""Quantities: percent, times and amounts are read exactly and written as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retained.contracts.engine.targets import Target, TargetUnit, parse_target
from retained.shared.quantities import parse_number, parse_percent, percent_text

DAYS = TargetUnit.WORKING_DAYS


@pytest.mark.parametrize(
    ("text", "target", "said"),
    [
        ("4h", Target(14_400), "4 service hours"),
        ("1 hour", Target(3_600), "1 service hour"),
        ("30 min", Target(1_800), "30 service minutes"),
        ("1h 30min", Target(5_400), "90 service minutes"),
        ("1.5 h", Target(5_400), "90 service minutes"),
        ("90 s", Target(90), "90 service seconds"),
        ("3 working days", Target(3 * 86_400, DAYS), "3 working days"),
        ("1 WD", Target(86_400, DAYS), "1 working day"),
        ("0.5 working days", Target(43_200, DAYS), "0.5 working days"),
    ],
)
def test_a_time_target_is_read_and_said(text: str, target: Target, said: str) -> None:
    assert parse_target(text) == target
    assert parse_target(str(target)) == target
    assert target.sentence == said


@given(st.integers(1, 10**9 - 1))
def test_every_time_target_is_read_back_from_its_text(seconds: int) -> None:
    assert parse_target(str(Target(seconds))) == Target(seconds)


@pytest.mark.parametrize("text", ["", "h", "4", "4 weeks", "-4h", "4h and more", "1e3h", "4h" * 99])
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="write it like 4h, 30 min or 3 working days"):
        parse_target(text)


@pytest.mark.parametrize("text", ["0.5 s", "0.0001 working days"])
def test_a_time_is_whole_seconds(text: str) -> None:
    with pytest.raises(ValueError, match="is not a whole number of seconds"):
        parse_target(text)


@given(st.decimals(-(10**6), 10**6, places=6))
def test_every_percentage_is_read_back_from_its_text(percent: Decimal) -> None:
    ratio = percent / 100
    assert parse_percent(percent_text(ratio)) == ratio


@pytest.mark.parametrize("text", ["95", 95, 0.95, "", "95%%", True, None])
def test_a_percentage_needs_its_sign(text: object) -> None:
    with pytest.raises(ValueError, match="is not a"):
        parse_percent(text)


@pytest.mark.parametrize("text", ["NaN", "inf", "1e5", "1,5", "--1", "", True, "0x10", "1_0"])
def test_what_is_no_number_is_refused_with_an_example(text: object) -> None:
    with pytest.raises(ValueError, match="is not a number: write it like 92000"):
        parse_number(text)


@pytest.mark.parametrize("text", ["1" + "0" * 12, "0." + "1" * 9, "9" * 5_000])
def test_a_number_with_too_many_digits_is_refused_and_shown_short(text: str) -> None:
    with pytest.raises(ValueError, match="has too many digits") as error:
        parse_number(text)
    assert len(str(error.value)) < 200


@pytest.mark.parametrize(
    ("text", "number"), [("92000.00", "92000"), ("92 000", "92000"), ("-0.5", "-0.5"), (7, "7")]
)
def test_a_number_is_read_exactly(text: object, number: str) -> None:
    assert parse_number(text) == Decimal(number)
