"""Is the lead real: SMAA beside exact answers, the smallest changes, one left out."""

from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden.golden_tables import rows
from retained.shared.errors import DomainError
from retained.tendering.engine.bids import Bid
from retained.tendering.engine.doubt.acceptability import acceptability, fixed_weights
from retained.tendering.engine.doubt.lead import LeadDoubt, doubt_of
from retained.tendering.engine.doubt.score_draws import ScoreDraws
from retained.tendering.engine.doubt.smallest_changes import (
    mark_changes,
    tenth_before,
    tenth_beyond,
    weight_changes,
    weights_together,
)
from retained.tendering.engine.doubt.weight_draws import around, free, intervals, ordered
from retained.tendering.engine.doubt.words import of_hundred, sentences
from retained.tendering.engine.evaluation_terms import DoubtTerms, PanelTerms, WeightDoubt
from retained.tendering.engine.ranking import Ranking, rank
from tendering.engine.made_tenders import floats, model, ranked, scored, settled, story
from tendering.engine.test_ranking import named, tenders

DRAWS = 100_000
CORNERS = np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.6]])


@pytest.fixture(scope="module")
def lead() -> LeadDoubt:
    return doubt_of(story(), draws=DRAWS, seed=1)


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


@pytest.mark.parametrize("row", rows("doubt/story.csv"), ids=lambda row: row["what"])
def test_the_story(lead: LeadDoubt, row: dict[str, str]) -> None:
    first = lead.ranking.marks.bids.index(lead.ranking.ranked[0].bid)
    assert lead.scores is not None
    price = lead.weight_changes[0]
    mark = lead.mark_changes[0]
    assert lead.together is not None
    found = {
        "wins in readings of the scores": f"{round(lead.scores.by_rank[first, 0] * 100)} of 100",
        "wins in readings of the weights": f"{round(lead.weights.by_rank[first, 0] * 100)} of 100",
        "price weight now": f"{float(price.now * 100):.1f} %",
        "price weight that still holds": f"{float(price.still_holds * 100):.1f} %",
        "price weight that changes the winner": f"{float(price.changes_at * 100):.1f} %",
        "price weight at which both are level": f"{float(price.at * 100):.4f} %",
        "weights together, points moved": f"{lead.together.moved * 100:.4f}",
        "mark of Brightdesk on service": f"{float(mark.at):.4f}",
        "first without service_lead": lead.without_evaluators[0].first.id,
    }
    assert found[row["what"]] == row["figure"]


def test_the_story_in_words(lead: LeadDoubt) -> None:
    told = sentences(lead)
    assert told[0] == "Brightdesk wins in 59 of 100 plausible readings of your own scores."
    assert told[2] == (
        "Brightdesk stays first with a weight of “Price a month” down to 23.4 % (now 25.0 %, the "
        "others in proportion); at 23.3 % Osprey is first."
    )


@pytest.mark.parametrize(
    ("share", "words"),
    [(1.0, "100 of 100"), (0.999, "more than 99 of 100"), (0.0, "0 of 100"),
     (0.001, "fewer than 1 of 100"), (0.594, "59 of 100")],
)  # fmt: skip
def test_shares_in_words(share: float, words: str) -> None:
    assert of_hundred(share) == words


def _weighed(ranking: Ranking, weights: list[Fraction]) -> dict[str, Fraction]:
    totals = np.array(ranking.values) @ np.array(weights, dtype=object)
    return {bid.id: total for bid, total in zip(ranking.marks.bids, totals, strict=True)}


@given(tenders())
def test_beyond_the_smallest_weight_change_the_winner_is_another(
    tender: tuple[list[int], list[list[int]]],
) -> None:
    weights, marks = tender
    found = ranked(model(weights), named(marks))
    for change in weight_changes(found):
        [leaf] = change.branch.leaves
        now = list(found.evaluation.weights)
        first = found.ranked[0].bid.id

        def at(weight: Fraction, leaf: int = leaf, now: list[Fraction] = now) -> list[Fraction]:
            rest = (1 - weight) / (1 - now[leaf])
            return [weight if place == leaf else one * rest for place, one in enumerate(now)]

        step = (change.at - change.now) / 1000
        before, level = _weighed(found, at(change.at - step)), _weighed(found, at(change.at))
        assert before[first] == max(before.values())
        assert level[first] == level[change.instead.id] == max(level.values())


@given(tenders(bids=3))
def test_the_least_change_of_weights_together_is_level_and_no_smaller_one_is(
    tender: tuple[list[int], list[list[int]]],
) -> None:
    weights, marks = tender
    found = ranked(model(weights), named(marks))
    change = weights_together(found)
    if change is None:
        return
    now = np.array([float(one) for one in found.evaluation.weights])
    values = dict(zip([bid.id for bid in found.marks.bids], floats(found), strict=True))
    gap = values[found.ranked[0].bid.id] - values[change.instead.id]
    assert sum(change.weights) == pytest.approx(1)
    assert np.dot(gap, change.weights) == pytest.approx(0, abs=1e-6)
    # Giving from where the first leads most to where it trails most is the steepest way there is.
    given_up = np.dot(gap, now) / max(gap.max() - gap.min(), 1e-12)
    assert change.moved >= given_up - 1e-7


@given(tenders())
def test_beyond_the_smallest_mark_change_the_winner_is_another(
    tender: tuple[list[int], list[list[int]]],
) -> None:
    weights, marks = tender
    found = ranked(model(weights), named(marks))
    first = found.ranked[0].bid.id
    for change in mark_changes(found)[:3]:
        place = found.evaluation.place(change.criterion.id)
        moved = {name: [Fraction(one) for one in row] for name, row in named(marks).items()}
        moved[change.bid.id][place] = change.at
        totals = {one.bid.id: one.total for one in ranked(model(weights), moved).ranked}
        assert totals[first] == totals[change.instead.id] == max(totals.values())


@given(st.fractions(0, 1), st.fractions(0, 1))
def test_tenths_lie_on_both_sides_of_where_two_are_level(now: Fraction, at: Fraction) -> None:
    if now == at:
        return
    low, high = sorted([tenth_before(now, at), tenth_beyond(now, at)])
    assert low < at < high
    assert high - low <= Fraction(2, 1000)


def panel_of(*rows_: dict[str, dict[str, float]]) -> Ranking:
    tender = model([1, 1])
    return rank(tender, [scored(f"b{place}", row) for place, row in enumerate(rows_)])


def test_a_strict_evaluator_moves_no_order() -> None:
    """Who is ten points below everybody, with every bid, leaves nothing to doubt between bids."""
    found = panel_of(
        {"kind": {"c0": 80, "c1": 70}, "strict": {"c0": 70, "c1": 60}},
        {"kind": {"c0": 78, "c1": 70}, "strict": {"c0": 68, "c1": 60}},
    )
    lead = doubt_of(found, draws=2000)
    assert lead.scores is not None
    assert lead.scores.by_rank[0, 0] == 1.0


def test_readings_stay_within_what_was_said_and_around_what_was_settled() -> None:
    found = panel_of(
        {"one": {"c0": 80, "c1": 50}, "two": {"c0": 60, "c1": 50}},
        {"one": {"c0": 70, "c1": 50}, "two": {"c0": 70, "c1": 50}},
    )
    draws = ScoreDraws(found.evaluation, found.marks, floats(found))
    assert draws.doubted == (0,)
    values = draws.draw(np.random.default_rng(1), 5000)[0]
    assert values[0].min() >= 0.6
    assert values[0].max() <= 0.8
    assert values[0].mean() == pytest.approx(0.7, abs=0.005)
    assert np.ptp(values[1]) == pytest.approx(0)


def test_a_panel_that_agrees_leaves_the_scores_without_doubt() -> None:
    lead = doubt_of(ranked(model([1, 1]), {"a": [60, 60], "b": [50, 50]}), draws=100)
    assert lead.scores is None
    told = sentences(lead)
    assert told[0] == "No two evaluators differ: the scores leave nothing to doubt."
    assert "No change of one weight takes the lead from a." in told


def test_a_tie_and_a_lonely_bid_say_so() -> None:
    tie = doubt_of(ranked(model([1]), {"a": [60], "b": [60]}), draws=10)
    assert sentences(tie) == ["a and b have the same total: the tender's rule for ties decides."]
    assert (tie.weight_changes, tie.together, tie.mark_changes) == ((), None, ())
    alone = doubt_of(ranked(model([1]), {"a": [60]}), draws=10)
    assert sentences(alone) == ["a is the only bid that passed: nobody to compare."]


def test_without_an_evaluator_a_settled_score_moves_as_the_mean_does() -> None:
    tender = model([1])
    one = scored("b0", {"kind": {"c0": 90}, "strict": {"c0": 70}})
    bids = [Bid("b0", "b0", settled={"c0": Fraction(75)}, own=one.own),
            scored("b1", {"kind": {"c0": 74}, "strict": {"c0": 74}})]  # fmt: skip
    found = doubt_of(rank(tender, bids), draws=10)
    kind, strict = found.without_evaluators
    assert (kind.without, kind.first.id, kind.lead) == ("kind", "b1", 9)  # 75 - 10 beside 74
    assert (strict.first.id, strict.lead) == ("b0", 11)  # 75 + 10 beside 74


@given(tenders())
def test_on_absolute_scales_a_bid_that_stays_away_changes_no_order(
    tender: tuple[list[int], list[list[int]]],
) -> None:
    weights, marks = tender
    found = doubt_of(ranked(model(weights), named(marks)), draws=1)
    assert all(one.same for one in found.without_bids)


@pytest.mark.parametrize("kind", list(WeightDoubt))
def test_every_kind_of_doubt_keeps_the_published_weights_inside(kind: WeightDoubt) -> None:
    asked = DoubtTerms(weights=kind)
    found = doubt_of(story(), rules=PanelTerms(), doubt=asked, draws=2000)
    assert found.weights.by_rank.sum() == pytest.approx(4)
    assert sentences(found)[1].endswith("of 100.")


def test_weights_around_the_published_ones_keep_their_distance() -> None:
    drawn = around([0.9, 0.08, 0.02], 0.05)(np.random.default_rng(1), 2000)
    assert (np.abs(drawn - [0.9, 0.08, 0.02]) <= 0.05 + 1e-12).all()
    fixed = fixed_weights(np.array([0.5, 0.5]))(np.random.default_rng(1), 3)
    assert (fixed == 0.5).all()


def test_a_bid_that_is_never_first_has_no_central_weights() -> None:
    found = acceptability(np.array([[1.0, 1.0], [0.5, 0.5]]), free(2), draws=100)
    assert np.isnan(found.central[1]).all()
    assert found.confidence[1] == 0.0
    assert settled(model([1]), "a", [1]).settled == {"c0": 1}
