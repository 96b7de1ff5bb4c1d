"""Words around figures."""

from decimal import Decimal

import pytest

from retained.delivery.queries.wording import (
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
    assert (
        said == "Two tickets prove little: the true share may lie anywhere between 15.8 and 100 %."
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
        return left_words(left, met=met, counted=40, expected=Decimal(95))

    assert said(0, 38) == "The next miss takes it below expected at this volume."
    assert said(2, 40).startswith("It bears 2 more misses")
    assert "60 more met without a miss" in said(None, 35)


def test_points_keep_their_sign() -> None:
    assert points_words(Decimal("95.4167"), Decimal("88.75")) == "+6.7 points"
    assert points_words(Decimal("4.9"), Decimal(6)) == "−1.1 points"
