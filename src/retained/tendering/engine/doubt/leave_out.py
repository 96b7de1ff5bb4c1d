"""Who would win without one evaluator, or had one bidder stayed away.

In   a ranking
Out  for each evaluator and each bid: who is first without it, and by how much
Why  docs/methods/doubt.md
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from retained.tendering.engine.bids import Bid
from retained.tendering.engine.evaluation import Criterion
from retained.tendering.engine.evaluation_terms import PanelTerms
from retained.tendering.engine.marks import Marks, score_of
from retained.tendering.engine.ranking import Ranked, Ranking, in_order, rank, values_of
from retained.tendering.engine.value_functions import ValueFunction


@dataclass(frozen=True, slots=True)
class WithoutOne:
    """What comes out without an evaluator or bid: who is first, and the lead over the second.

    `same` says that all that are left keep their order.
    """

    without: str
    first: Bid
    lead: Fraction | None
    same: bool


def without_evaluators(ranking: Ranking, rules: PanelTerms) -> tuple[WithoutOne, ...]:
    """Return the result without each evaluator.

    A settled score moves by as much as the mean of own scores does. Gates and minimum marks stay
    as they were judged.
    """
    return tuple(
        _result(ranking, who, _ranked_without(ranking, who, rules))
        for who in ranking.marks.evaluators
    )


def without_bids(ranking: Ranking, rules: PanelTerms) -> tuple[WithoutOne, ...]:
    """Return the result without each bid; on absolute scales the others keep their order."""
    return tuple(_without_each(ranking, rules)) if len(ranking.ranked) > 1 else ()


def _without_each(ranking: Ranking, rules: PanelTerms) -> Iterator[WithoutOne]:
    relative = bool(ranking.evaluation.relative)
    for left in ranking.ranked:
        if not relative and not ranking.marks.remarks:  # nothing else can follow from its leaving
            others_ranked = tuple(one for one in ranking.ranked if one is not left)
            yield _result(ranking, left.bid.id, others_ranked)
            continue
        others = [bid for bid in ranking.marks.bids if bid.id != left.bid.id]
        yield _result(ranking, left.bid.id, rank(ranking.evaluation, others, rules).ranked)


def _result(ranking: Ranking, without: str, ranked: tuple[Ranked, ...]) -> WithoutOne:
    lead = ranked[0].total - ranked[1].total if len(ranked) > 1 else None
    kept = [one.bid.id for one in ranking.ranked if one.bid.id != without]
    return WithoutOne(without, ranked[0].bid, lead, [one.bid.id for one in ranked] == kept)


def _ranked_without(ranking: Ranking, who: str, rules: PanelTerms) -> tuple[Ranked, ...]:
    marks = ranking.marks
    table = tuple(
        tuple(
            _mark_without(marks, (row, place), criterion, who, rules)
            for place, criterion in enumerate(ranking.evaluation.criteria)
        )
        for row in range(len(marks.bids))
    )
    other = replace(marks, table=table)
    return in_order(ranking.evaluation, other, values_of(ranking.evaluation, other))


def _mark_without(
    marks: Marks, at: tuple[int, int], criterion: Criterion, who: str, rules: PanelTerms
) -> Fraction:
    row, place = at
    mark, counted = marks.table[row][place], marks.counted[place]
    if who not in counted or len(counted) == 1 or not isinstance(criterion.worth, ValueFunction):
        return mark
    scores = {one: score_of(marks.bids[row], one, criterion.id, rules) for one in counted}
    given = {one: score for one, score in scores.items() if score is not None}
    rest = [score for one, score in given.items() if one != who]
    # Beyond the ends of its scale a mark has the value of the end.
    return mark + _mean(rest) - _mean(list(given.values()))


def _mean(scores: Sequence[Fraction]) -> Fraction:
    return sum(scores, Fraction(0)) / len(scores)
