"""The panel's statistics: a published alpha, strict people, what stands out, who is not done."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden.golden_tables import rows
from retained.tendering.engine.evaluation_terms import Missing, PanelTerms
from retained.tendering.engine.marks import marks_of
from retained.tendering.engine.panel import (
    PanelStatistics,
    krippendorff_alpha,
    panel_statistics,
)
from tendering.engine.made_tenders import model, scored, story

GAP = float("nan")
KRIPPENDORFF = np.array([  # four observers of twelve units (2011): interval alpha 0.849
    [1, 1, GAP, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
    [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [GAP, 5, 5, 5], [GAP, GAP, 1, 1],
    [GAP, 3, GAP, GAP],
])  # fmt: skip
LEAVE_OUT = PanelTerms(missing=Missing.LEAVE_OUT)


def statistics(*bids: dict[str, dict[str, float]]) -> PanelStatistics:
    tender = model([1, 1])
    made = [scored(f"b{place}", row) for place, row in enumerate(bids)]
    return panel_statistics(tender, marks_of(tender, made, LEAVE_OUT))


def test_alpha_of_krippendorffs_own_example() -> None:
    assert krippendorff_alpha(KRIPPENDORFF) == pytest.approx(0.849, abs=5e-4)


@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=8))
def test_alpha_is_the_sum_over_pairs_that_defines_it(scores: list[list[int]]) -> None:
    table = np.array(scores, dtype=float)
    whole = table.ravel()
    expected = ((whole[:, None] - whole) ** 2).sum() / (len(whole) - 1)
    observed = sum(((row[:, None] - row) ** 2).sum() / (len(row) - 1) for row in table)
    found = krippendorff_alpha(table)
    if expected == 0:
        assert found is None
    else:
        assert found == pytest.approx(1 - observed / expected)


@given(st.permutations(range(4)), st.sampled_from([0.5, 3.0]), st.sampled_from([-7.0, 0.0, 40.0]))
def test_alpha_knows_no_names_and_no_units(order: list[int], unit: float, shift: float) -> None:
    moved = KRIPPENDORFF[:, order] * unit + shift
    assert krippendorff_alpha(moved) == pytest.approx(krippendorff_alpha(KRIPPENDORFF) or 0)


def test_without_two_scores_there_is_nothing_to_agree_on() -> None:
    assert krippendorff_alpha(np.array([[1.0, GAP], [2.0, GAP]])) is None
    same = statistics(*[{"one": {"c0": 50, "c1": 50}, "two": {"c0": 50, "c1": 50}}] * 2)
    assert [(one.alpha, one.reading, one.widest) for one in same.agreements] == [
        (None, "nothing to compare", None)
    ] * 2


@pytest.mark.parametrize("row", rows("panel/story.csv"), ids=lambda row: row["criterion"])
def test_the_story(row: dict[str, str]) -> None:
    ranking = story()
    found = panel_statistics(ranking.evaluation, ranking.marks)
    [one] = [one for one in found.agreements if one.criterion == row["criterion"]]
    assert (f"{one.alpha:.3f}", one.reading, one.widest, f"{one.spread * 100:.0f}") == (
        row["alpha"], row["reading"], row["widest on"], row["points apart"],
    )  # fmt: skip


def test_who_is_strict_is_named_and_by_how_much() -> None:
    found = statistics(
        {
            "kind": {"c0": 80, "c1": 70},
            "even": {"c0": 80, "c1": 70},
            "strict": {"c0": 70, "c1": 60},
        },
        {
            "kind": {"c0": 60, "c1": 50},
            "even": {"c0": 60, "c1": 50},
            "strict": {"c0": 50, "c1": 40},
        },
    )
    by_name = {one.evaluator: one for one in found.evaluators}
    assert by_name["strict"].severity == pytest.approx(-0.10)
    assert by_name["kind"].severity == pytest.approx(0.05)
    assert by_name["strict"].outlying == ()  # it is strict to all: no score stands out


def test_a_score_that_stands_out_is_named_once_severity_is_taken_out() -> None:
    calm = {"c0": 60, "c1": 60}
    found = statistics(
        {"one": calm, "two": calm, "three": {"c0": 95, "c1": 60}},
        {"one": calm, "two": calm, "three": calm},
    )
    by_name = {one.evaluator: one for one in found.evaluators}
    [score] = by_name["three"].outlying
    assert (score.bid, score.criterion) == ("b0", "c0")
    assert score.by == pytest.approx(0.35 - 0.35 / 4)
    assert found.agreements[0].widest == "b0"


def test_who_is_not_done_is_counted_only_where_they_began() -> None:
    found = statistics(
        {"done": {"c0": 60, "c1": 60}, "begun": {"c0": 50}},
        {"done": {"c0": 70, "c1": 60}},
    )
    assert {one.evaluator: (one.given, one.missing) for one in found.evaluators} == {
        "done": (4, 0),
        "begun": (1, 1),
    }


def test_who_grows_milder_from_bid_to_bid_has_a_trend() -> None:
    tender = model([1])
    bids = [
        scored(f"b{place}", {"steady": {"c0": 60}, "tired": {"c0": 50 + 5 * place}})
        for place in range(4)
    ]
    order = {"tired": [(f"b{place}", "c0") for place in range(4)]}
    found = panel_statistics(tender, marks_of(tender, bids, LEAVE_OUT), orders=order)
    by_name = {one.evaluator: one for one in found.evaluators}
    assert by_name["tired"].trend == pytest.approx(0.15)
    assert by_name["steady"].trend is None
