"""Readings: weights drawn as they should be, and SMAA beside exact answers."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden.golden_tables import rows
from retained.shared.errors import DomainError
from retained.strategy.engine.streams import stream_of
from retained.tendering.engine.doubt.acceptability import acceptability, fixed_weights
from retained.tendering.engine.doubt.weight_draws import around, free, intervals, ordered
from tendering.engine.made_tenders import tenders

CORNERS = np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.6]])


@pytest.mark.parametrize("row", rows("doubt/corners.csv"), ids=lambda row: row["bid"])
def test_free_weights_beside_the_exact_answer(row: dict[str, str]) -> None:
    found = acceptability(CORNERS, free(2), draws=400_000, seed=3)
    place = int(row["bid"][1:]) - 1
    assert found.by_rank[place, 0] == pytest.approx(float(row["first"]), abs=0.003)
    assert found.central[place, 0] == pytest.approx(float(row["central weight of c1"]), abs=0.003)
    assert found.confidence[place] == 1.0


def test_the_mean_of_weights_in_an_order_is_the_rank_order_centroid() -> None:
    stream = np.random.default_rng(5)
    drawn = ordered([0.2, 0.5, 0.3])(stream, 100_000)
    assert (drawn[:, 1] >= drawn[:, 2]).all()
    assert (drawn[:, 2] >= drawn[:, 0]).all()
    assert np.allclose(drawn.mean(axis=0), [2 / 18, 11 / 18, 5 / 18], atol=0.002)


def test_equal_weights_are_in_no_order() -> None:
    drawn = ordered([0.25, 0.5, 0.25])(np.random.default_rng(6), 50_000)
    assert (drawn[:, 1] >= drawn.max(axis=1)).all()
    assert (drawn[:, 0] > drawn[:, 2]).mean() == pytest.approx(0.5, abs=0.01)


def test_a_criterion_without_weight_stays_without() -> None:
    drawn = around([0.6, 0.4, 0.0], 0.1)(np.random.default_rng(6), 100)
    assert (drawn[:, 2] == 0).all()


def test_a_criterion_may_have_bounds_of_its_own() -> None:
    with pytest.raises(DomainError, match="widen some"):
        around([0.5, 0.3, 0.2], 0.05, {0: (0.0, 0.1)})
    found = around([0.5, 0.3, 0.2], 0.2, {0: (0.3, 0.4)})(np.random.default_rng(1), 500)
    assert (found[:, 0] >= 0.3 - 1e-12).all()
    assert (found[:, 0] <= 0.4 + 1e-12).all()
    assert np.allclose(found.sum(axis=1), 1)


def test_weights_within_wide_intervals_are_the_free_ones() -> None:
    drawn = intervals([0.0] * 4, [1.0] * 4)(np.random.default_rng(1), 40_000)
    assert np.allclose(drawn.sum(axis=1), 1)
    assert np.allclose(drawn.mean(axis=0), 0.25, atol=0.004)
    assert np.allclose(drawn.var(axis=0), 3 / 16 / 5, atol=0.002)  # Dirichlet(1, 1, 1, 1)


def test_weights_within_intervals_are_those_that_rejection_leaves() -> None:
    low, high = np.array([0.1, 0.0, 0.25, 0.0]), np.array([0.3, 0.5, 0.6, 0.2])
    every = free(4)(np.random.default_rng(2), 2_000_000)
    left = every[((every >= low) & (every <= high)).all(axis=1)]
    drawn = intervals(low, high)(np.random.default_rng(3), len(left))
    assert ((drawn >= low - 1e-12) & (drawn <= high + 1e-12)).all()
    for share in (0.1, 0.25, 0.5, 0.75, 0.9):
        apart = np.quantile(left, share, axis=0) - np.quantile(drawn, share, axis=0)
        assert np.abs(apart).max() < 0.005
    assert np.allclose(np.corrcoef(left.T), np.corrcoef(drawn.T), atol=0.03)


def test_of_twenty_criteria_within_intervals_the_means_have_settled() -> None:
    low, high = [0.03] * 10 + [0.0] * 10, [0.5] * 20
    drawn = intervals(low, high)(np.random.default_rng(4), 20_000)
    # What is left above the low ends is free: 0.7 over 20 criteria, and no high end is ever near.
    assert np.allclose(drawn[:, :10].mean(axis=0), 0.03 + 0.7 / 20, atol=0.001)
    assert np.allclose(drawn[:, 10:].mean(axis=0), 0.7 / 20, atol=0.001)
    assert np.allclose(drawn[:, 10:].var(axis=0), 0.49 * 19 / 400 / 21, rtol=0.06)


def test_intervals_that_no_weights_fit_are_refused() -> None:
    with pytest.raises(DomainError, match="widen some"):
        intervals([0.6, 0.6], [1, 1])


def test_a_tie_is_shared() -> None:
    same = acceptability(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 0.0]]), free(2), draws=1000)
    assert np.allclose(same.by_rank, [[0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0, 1]])
    assert same.wins[0, 1] == same.wins[1, 0] == 0.5
    assert np.allclose(same.central[:2].sum(axis=1), 1)
    assert np.allclose(same.confidence, [0.5, 0.5, 0])


@settings(max_examples=25)
@given(tenders())
def test_shares_add_up_and_a_dominator_is_accepted_no_less(
    tender: tuple[list[int], list[list[int]]],
) -> None:
    weights, marks = tender
    better = [max(pair) for pair in zip(marks[0], marks[1], strict=True)]
    values = np.array([better, *marks], dtype=float) / 100
    found = acceptability(values, free(len(weights)), draws=500, seed=2)
    assert np.allclose(found.by_rank.sum(axis=0), 1)
    assert np.allclose(found.by_rank.sum(axis=1), 1)
    pairs = found.wins + found.wins.T
    assert np.allclose(pairs[~np.eye(len(values), dtype=bool)], 1)
    assert found.wins[0, 1] >= 0.5 or np.allclose(values[0], values[1])
    ahead = np.cumsum(found.by_rank, axis=1)
    assert (ahead[0] >= ahead[1] - 1e-12).all()


@settings(max_examples=15)
@given(tenders(), st.randoms(use_true_random=False))
def test_the_order_of_bids_changes_no_share(
    tender: tuple[list[int], list[list[int]]], chance: Random
) -> None:
    values = np.array(tender[1], dtype=float) / 100
    order = list(range(len(values)))
    chance.shuffle(order)
    plain = acceptability(values, free(values.shape[1]), draws=300)
    moved = acceptability(values[order], free(values.shape[1]), draws=300)
    assert np.allclose(plain.by_rank[order], moved.by_rank)
    assert np.allclose(plain.wins[np.ix_(order, order)], moved.wins)


def test_the_same_seed_gives_the_same_figures_and_another_does_not() -> None:
    one, same, other = (
        acceptability(CORNERS, free(2), draws=20_000, seed=seed).by_rank for seed in (1, 1, 2)
    )
    assert (one == same).all()
    assert (one != other).any()


def test_too_many_bids_are_refused_in_words() -> None:
    with pytest.raises(DomainError, match="too many to compare at once: 255 at most"):
        acceptability(np.zeros((256, 2)), free(2), draws=1)


def test_weights_around_the_published_ones_keep_their_distance() -> None:
    drawn = around([0.9, 0.08, 0.02], 0.05)(np.random.default_rng(1), 2000)
    assert (np.abs(drawn - [0.9, 0.08, 0.02]) <= 0.05 + 1e-12).all()
    fixed = fixed_weights(np.array([0.5, 0.5]))(np.random.default_rng(1), 3)
    assert (fixed == 0.5).all()


def test_a_bid_that_is_never_first_has_no_central_weights() -> None:
    found = acceptability(np.array([[1.0, 1.0], [0.5, 0.5]]), free(2), draws=100)
    assert np.isnan(found.central[1]).all()
    assert found.confidence[1] == 0.0


@settings(max_examples=20)
@given(tenders())
def test_shares_are_those_of_ranking_each_draw_by_itself(
    tender: tuple[list[int], list[list[int]]],
) -> None:
    values = np.array(tender[1], dtype=float) / 100
    if len({tuple(row) for row in tender[1]}) < len(values) or values.shape[1] == 1:
        return  # ties are another test's
    found = acceptability(values, free(values.shape[1]), draws=400, seed=5)
    weights = free(values.shape[1])(stream_of(5, "weights"), 400)
    totals = weights @ values.T
    ranks = (-totals).argsort(axis=1).argsort(axis=1)
    for bid in range(len(values)):
        counted = np.bincount(ranks[:, bid], minlength=len(values)) / 400
        assert np.allclose(found.by_rank[bid], counted)
        if (ranks[:, bid] == 0).any():
            assert np.allclose(found.central[bid], weights[ranks[:, bid] == 0].mean(axis=0))
        for other in range(len(values)):
            if other != bid:
                ahead = (totals[:, bid] > totals[:, other]).mean()
                assert found.wins[bid, other] == pytest.approx(ahead)
