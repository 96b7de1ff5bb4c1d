"""Tenders for tests: the example of the story, and models that are made on the way."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from retained.tendering.engine.bid_tables import read_bids
from retained.tendering.engine.bids import Bid, OwnScore
from retained.tendering.engine.evaluation import Branch, Criterion, Evaluation
from retained.tendering.engine.evaluation_files import evaluation_of, read_evaluation
from retained.tendering.engine.evaluation_terms import EvaluationTerms
from retained.tendering.engine.price_formulas import Price
from retained.tendering.engine.ranking import Ranking, rank
from retained.tendering.engine.value_functions import ValueFunction

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "examples" / "choosing-a-partner"
HUNDRED = ValueFunction.linear(Fraction(0), Fraction(100))


def story_terms() -> EvaluationTerms:
    return read_evaluation((EXAMPLE / "evaluation.yaml").read_text("utf-8"))


def story_bids() -> tuple[Bid, ...]:
    return read_bids((EXAMPLE / "bids.csv").read_text("utf-8"), story_terms().asked())


def story() -> Ranking:
    terms = story_terms()
    return rank(evaluation_of(terms), story_bids(), terms.panel)


def model(
    weights: Sequence[Fraction | float], worths: Sequence[ValueFunction | Price] | None = None
) -> Evaluation:
    """Return a flat model with criteria c0, c1, ... marked from 0 to 100."""
    parts = [Fraction(weight) for weight in weights]
    shares = [part / sum(parts) for part in parts]
    criteria = tuple(
        Criterion(f"c{place}", f"Criterion {place}", share, worths[place] if worths else HUNDRED)
        for place, share in enumerate(shares)
    )
    branches = tuple(
        Branch(one.id, one.title, one.weight, (place,)) for place, one in enumerate(criteria)
    )
    return Evaluation("T", "T", "EUR", {}, criteria, branches, "0" * 64)


def settled(evaluation: Evaluation, name: str, marks: Sequence[float | Fraction]) -> Bid:
    """Return a bid with these marks, whatever they are called."""
    pairs = dict(zip([one.id for one in evaluation.criteria], map(Fraction, marks), strict=True))
    prices = {one.id for one in evaluation.criteria if one.is_price}
    return Bid(
        name,
        name,
        amounts={key: one for key, one in pairs.items() if key in prices},
        settled={key: one for key, one in pairs.items() if key not in prices},
    )


def ranked(evaluation: Evaluation, marks: Mapping[str, Sequence[float | Fraction]]) -> Ranking:
    return rank(evaluation, [settled(evaluation, name, row) for name, row in marks.items()])


def scored(name: str, scores: Mapping[str, Mapping[str, float]]) -> Bid:
    """Return a bid with own scores by evaluator and criterion."""
    own = {
        (who, criterion): OwnScore(Fraction(score))
        for who, row in scores.items()
        for criterion, score in row.items()
    }
    return Bid(name, name, own=own)


def floats(ranking: Ranking) -> np.ndarray:
    return np.asarray(ranking.values, dtype=np.float64)


MARK = st.integers(0, 100)
_WEIGHT = st.integers(1, 50)


@st.composite
def tenders(draw: st.DrawFn, bids: int = 4) -> tuple[list[int], list[list[int]]]:
    size = draw(st.integers(1, 5))
    weights = draw(st.lists(_WEIGHT, min_size=size, max_size=size))
    row = st.lists(MARK, min_size=size, max_size=size)
    return weights, draw(st.lists(row, min_size=2, max_size=bids))


def named(marks: list[list[int]]) -> dict[str, list[int]]:
    return {f"b{place}": row for place, row in enumerate(marks)}
