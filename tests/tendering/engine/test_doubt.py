"""Is the lead real: the story, the smallest changes, one left out."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden.golden_tables import rows
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
from retained.tendering.engine.doubt.words import of_hundred, sentences
from retained.tendering.engine.evaluation_terms import DoubtTerms, PanelTerms, WeightDoubt
from retained.tendering.engine.price_formulas import Price, PriceFormula
from retained.tendering.engine.ranking import Ranking, rank
from retained.tendering.engine.value_functions import ValueFunction
from tendering.engine.made_tenders import (
    HUNDRED,
    floats,
    model,
    named,
    ranked,
    scored,
    story,
    tenders,
)

DRAWS = 100_000


@pytest.fixture(scope="module")
def lead() -> LeadDoubt:
    return doubt_of(story(), draws=DRAWS, seed=1)


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

        assert 0 < change.at < 1
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


def test_readings_of_a_settled_score_lie_around_it_and_on_the_scale() -> None:
    tender = model([1])
    own = {"kind": {"c0": 100}, "strict": {"c0": 60}}
    bids = [
        replace(scored("b0", own), settled={"c0": Fraction(90)}),
        replace(scored("b1", own), settled={"c0": Fraction(50)}),
    ]
    found = rank(tender, bids)
    draws = ScoreDraws(tender, found.marks, floats(found))
    values = draws.draw(np.random.default_rng(1), 20_000)[0]
    assert values[1].mean() == pytest.approx(0.50, abs=0.003)
    assert values[1].min() == pytest.approx(0.30, abs=0.001)
    assert values[0].max() == pytest.approx(1.0)  # 90 + 20 is beyond the scale


@pytest.mark.parametrize(
    ("first", "second", "share"),
    [
        ((80, 60), (72, 72), 0.4),  # the first is ahead if its milder voice has over 0.6
        ((71, 61, 51), (60, 60, 60), 0.595),  # 0.5 + t - t^2 / 2 with t = 1 / 10
    ],
)
def test_readings_of_a_panel_beside_the_exact_answer(
    first: tuple[int, ...], second: tuple[int, ...], share: float
) -> None:
    tender = model([1])
    bids = [
        scored(name, {f"e{seat}": {"c0": score} for seat, score in enumerate(scores)})
        for name, scores in (("b0", first), ("b1", second))
    ]
    found = doubt_of(rank(tender, bids), draws=200_000)
    assert found.scores is not None
    assert found.scores.by_rank[0, 0] == pytest.approx(share, abs=0.004)


def test_confidence_is_how_often_a_bid_is_first_under_its_own_weights() -> None:
    """Each is best by far on one criterion, and in doubt on both: two ways of asking agree."""
    tender = model([1, 1])
    bids = [
        scored("b0", {"e0": {"c0": 90, "c1": 20}, "e1": {"c0": 60, "c1": 50}}),
        scored("b1", {"e0": {"c0": 50, "c1": 60}, "e1": {"c0": 70, "c1": 60}}),
    ]
    ranking = rank(tender, bids)
    found = doubt_of(ranking, doubt=DoubtTerms(weights=WeightDoubt.FREE), draws=50_000).both
    scores = ScoreDraws(tender, ranking.marks, floats(ranking))
    for bid in range(2):
        held = fixed_weights(found.central[bid])
        again = acceptability(floats(ranking), held, draws=50_000, seed=1, scores=scores)
        assert found.confidence[bid] == pytest.approx(again.by_rank[bid, 0])
    assert 0.5 < found.confidence[0] < 1


def test_a_panel_that_agrees_leaves_the_scores_without_doubt() -> None:
    lead = doubt_of(ranked(model([1, 1]), {"a": [60, 60], "b": [50, 50]}), draws=100)
    assert lead.scores is None
    told = sentences(lead)
    assert told[0] == "No two evaluators differ: the scores leave nothing to doubt."
    assert "No change of one weight takes the lead from a." in told


def test_a_bid_that_stays_away_changes_winners_where_a_formula_is_relative() -> None:
    tender = model([100, 70], [HUNDRED, Price(PriceFormula.LOWEST)])
    paradox = ranked(tender, {"A": [87, 10_000], "B": [74, 8_000], "C": [0, 5_000]})
    found = {one.without: one for one in doubt_of(paradox, draws=10).without_bids}
    assert paradox.ranked[0].bid.id == "A"
    assert (found["C"].first.id, found["C"].same) == ("B", False)
    assert "Had C stayed away, the others would stand in another order." in sentences(
        doubt_of(paradox, draws=10)
    )


def test_a_price_in_money_may_go_beyond_its_line_to_win() -> None:
    line = ValueFunction.linear(Fraction(130), Fraction(90))
    tender = model([60, 40], [HUNDRED, Price(PriceFormula.MONEY, line)])
    found = ranked(tender, {"a": [100, 90], "b": [50, 90]})
    [change] = [one for one in mark_changes(found)
                if one.criterion.is_price and one.bid.id == "b"]  # fmt: skip
    assert change.at == 60  # 30 points, each worth 1
    again = ranked(tender, {"a": [100, 90], "b": [50, 60]})
    assert len(again.winners) == 2


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


def test_bounds_of_a_criterion_are_kept_and_said() -> None:
    asked = DoubtTerms(between={"price": (Decimal("0.10"), Decimal("0.15"))})
    found = doubt_of(story(), doubt=asked, draws=2000)
    assert found.weights.by_rank[1, 0] == 1.0  # with so little for price, Osprey is always first
    assert sentences(found)[1] == (
        "With every weight within 5 points of a hundred from the published one (“Price a month” "
        "between 10 % and 15 %), Brightdesk wins in 0 of 100."
    )
