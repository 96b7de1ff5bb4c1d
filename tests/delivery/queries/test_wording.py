"""Words around figures."""

from decimal import Decimal

import pytest

from retained.delivery.queries.wording import (
    Promise,
    figure_words,
    left_words,
    level_words,
    met_to_recover,
    points_words,
    proof_words,
)

LEVELS = (Decimal(95), Decimal(90))


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ("88.75", "88.8 %"),
        ("94.96", "94.96 %"),
        ("94.9996", "94.9996 %"),
        ("95.04", "95.0 %"),
        ("89.999", "89.999 %"),
        ("100", "100.0 %"),
    ],
)
def test_a_share_is_never_rounded_across_a_level(figure: str, words: str) -> None:
    said = figure_words(Decimal(figure), "percent", levels=LEVELS)
    assert said.replace("\u00a0", " ") == words


def test_times_tickets_and_nothing_have_words_of_their_own() -> None:
    assert figure_words(Decimal(5400), "seconds").replace("\u00a0", " ") == "1 h 30 m"
    assert figure_words(Decimal(40), "tickets") == "40"
    assert figure_words(None, "percent") == "–"
    assert level_words(Decimal("99.5"), "percent").replace("\u00a0", " ") == "99.5 %"


def test_few_tickets_prove_little() -> None:
    said = proof_words(2, "15.8", "100.0").replace("\u00a0", " ")
    assert said == (
        "Two tickets prove little: with 95 % confidence the true share may lie anywhere between "
        "15.8 and 100 %."
    )
    assert proof_words(1, "2.5", "100.0").startswith("One ticket proves little")
    assert proof_words(0, "", "") == ""


@pytest.mark.parametrize(("met", "counted", "needed"), [(213, 240, 300), (95, 100, 0), (9, 10, 10)])
def test_a_fallen_month_says_what_would_bring_it_back(met: int, counted: int, needed: int) -> None:
    found = met_to_recover(met, counted, Decimal(95))
    assert found == needed
    assert (met + needed) / (counted + needed) >= 0.95
    assert not needed or (met + needed - 1) / (counted + needed - 1) < 0.95


def test_what_is_left_to_lose_is_said_in_words() -> None:
    def said(left: int | None, met: int) -> str:
        return left_words(Promise(Decimal(95)), hits=met, counted=40, bears=left)

    assert said(0, 38) == "The next miss takes it below expected at this volume."
    assert said(2, 40).startswith("It bears 2 more misses")
    assert "60 more met without a miss" in said(None, 35)


AT_MOST = Promise(Decimal(5), Decimal(8), lower_is_better=True)


@pytest.mark.parametrize(
    ("figure", "words"),
    [("5.0453", "5.05 %"), ("5.0003", "5.0003 %"), ("4.97", "5.0 %"), ("8.04", "8.04 %")],
)
def test_a_share_that_shall_be_low_never_looks_as_if_it_met_what_it_misses(
    figure: str, words: str
) -> None:
    levels = (Decimal(5), Decimal(8))
    said = figure_words(Decimal(figure), "percent", levels=levels, lower_is_better=True)
    assert said.replace("\u00a0", " ") == words


def test_a_share_that_shall_be_low_says_what_it_bears_and_what_brings_it_back() -> None:
    """39 of 773 is 5.045 % against at most 5 %: seven more met make it 39 of 780."""
    said = left_words(AT_MOST, hits=39, counted=773).replace("\u00a0", " ")
    assert said == (
        "It stands above expected: 7 more met without a miss would bring it back to 5 %."
    )
    assert left_words(AT_MOST, hits=39, counted=780).startswith("The next miss takes it above")
    assert left_words(AT_MOST, hits=30, counted=779).startswith("It bears 9 more misses")


def test_below_the_minimum_both_ways_back_are_told() -> None:
    promise = Promise(Decimal(95), Decimal(90))
    said = left_words(promise, hits=96, counted=110).replace("\u00a0", " ")
    assert "170 more met without a miss would bring it back to 95 %." in said
    assert "below the minimum as well: 30 more met without a miss" in said


def test_points_keep_their_sign() -> None:
    assert points_words(Decimal("95.4167"), Decimal("88.75")) == "+6.6 points", "95.4 less 88.8"
    assert points_words(Decimal("95.4167"), Decimal("95.4")) == "less than 0.1 points"
    assert points_words(Decimal(95), Decimal(95)) == ""
    assert points_words(Decimal("4.9"), Decimal(6)) == "−1.1 points"
