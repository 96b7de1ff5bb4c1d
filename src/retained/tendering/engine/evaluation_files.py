"""Reading and writing an evaluation model as YAML, and what is computed from it.

In   the text of a file
Out  the model and the bids in it, or every remark at once; the text again; the JSON Schema
Why  docs/reference/evaluation.md
"""

import hashlib
import json
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from retained.shared.documents import DocumentKind, as_yaml, schema_text
from retained.shared.remarks import RefusedError
from retained.tendering.engine.bid_entries import Kind
from retained.tendering.engine.bids import Bid
from retained.tendering.engine.criterion_terms import (
    Criteria,
    CriterionTerms,
    PriceTerms,
    ScaleTerms,
    branch_weights,
)
from retained.tendering.engine.evaluation import Branch, Criterion, Evaluation
from retained.tendering.engine.evaluation_terms import SCHEMA, EvaluationTerms
from retained.tendering.engine.price_formulas import Price, PriceFormula
from retained.tendering.engine.value_functions import ValueFunction
from retained.tendering.engine.weighing_terms import WeighingTerms

KIND = "evaluation model"


class EvaluationRefusedError(RefusedError):
    """The text is no evaluation model; `remarks` say all that is wrong with it."""

    heading = "The evaluation model cannot be read"


_KIND = DocumentKind(KIND, SCHEMA, "Evaluation model", EvaluationTerms, EvaluationRefusedError)


def read_evaluation(text: str, *, name: str = "evaluation.yaml") -> EvaluationTerms:
    """Return the model that a YAML text writes; raises EvaluationRefusedError."""
    return _KIND.read(text, name=name)


def write_evaluation(terms: EvaluationTerms) -> str:
    """Return the model as YAML; reading it gives an equal model."""
    return as_yaml(terms.as_document())


def evaluation_schema() -> str:
    """Return the JSON Schema (2020-12) of an evaluation model, as its file holds it."""
    return schema_text(_KIND.json_schema())


def model_hash(terms: EvaluationTerms) -> str:
    """Return the SHA-256 of what a tender publishes: everything but the bids."""
    published = {key: one for key, one in terms.as_document().items() if key != "bids"}
    text = json.dumps(published, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def evaluation_of(terms: EvaluationTerms) -> Evaluation:
    """Return what is computed from a model: the tree flattened, every share exact."""
    criteria: list[Criterion] = []
    branches = list(_branches(terms.criteria, terms.weighing, Fraction(1), criteria))
    return Evaluation(
        reference=terms.reference,
        title=terms.title,
        currency=terms.currency,
        gates={name: gate.title for name, gate in terms.gates.items()},
        criteria=tuple(criteria),
        branches=tuple(branches),
        sha256=model_hash(terms),
    )


def bids_of(terms: EvaluationTerms) -> tuple[Bid, ...]:
    """Return the bids that stand in the model's own file."""
    asked = terms.asked()
    found = []
    for key, bid in terms.bids.items():
        entries = [
            (evaluator, name, asked.entry(evaluator, name, text))
            for _, evaluator, name, text in bid.entries()
        ]
        found.append(
            Bid(
                id=key,
                title=bid.title or key.replace("_", " ").capitalize(),
                gates={name: one.passed for _, name, one in entries if one.kind is Kind.GATE},
                amounts={name: one.number for _, name, one in entries if one.kind is Kind.AMOUNT},
                settled={name: one.number for _, name, one in entries if one.kind is Kind.SETTLED},
                own={(who, name): one.own for who, name, one in entries if one.kind is Kind.OWN},
            )
        )
    return tuple(found)


def _branches(
    below: Criteria, weighing: WeighingTerms | None, share: Fraction, criteria: list[Criterion]
) -> Iterator[Branch]:
    """Yield every node, each before those below it, and gather the leaves in `criteria`."""
    weights = branch_weights(below, weighing)
    for name, one in below.items():
        weight = share * weights[name]
        begin = len(criteria)
        if one.criteria:
            inner = tuple(_branches(one.criteria, one.weighing, weight, criteria))
        else:
            inner = ()
            criteria.append(_criterion(name, one, weight))
        yield Branch(name, one.title, weight, tuple(range(begin, len(criteria))))
        yield from inner


def _criterion(name: str, one: CriterionTerms, weight: Fraction) -> Criterion:
    return Criterion(
        id=name,
        title=one.title,
        weight=weight,
        worth=_price(one.price, weight) if one.price else _scale(one.scale or ScaleTerms()),
        least=_fraction(one.minimum),
        most=_fraction(one.maximum),
        goal=one.goal,
    )


def _fraction(number: Decimal | None) -> Fraction | None:
    return None if number is None else Fraction(number)


def _scale(scale: ScaleTerms) -> ValueFunction:
    points = [(scale.worst, Decimal(0)), *scale.cut_points, (scale.best, Decimal(1))]
    return _through(points)


def _through(points: list[tuple[Decimal, Decimal]]) -> ValueFunction:
    pairs = sorted((Fraction(mark), Fraction(value)) for mark, value in points)
    return ValueFunction(tuple(mark for mark, _ in pairs), tuple(value for _, value in pairs))


def _price(price: PriceTerms, weight: Fraction) -> Price:
    if price.formula is PriceFormula.LINEAR and price.best is not None and price.worst is not None:
        line = ValueFunction.linear(Fraction(price.worst), Fraction(price.best))
        return Price(price.formula, line)
    if price.formula is PriceFormula.POINTS:
        return Price(price.formula, _through(list(price.points)))
    if price.formula is PriceFormula.MONEY and price.reference and price.point:
        return Price(price.formula, money_line(price.reference, price.point, weight))
    return Price(price.formula, reference=Fraction(price.reference or 0))


def money_line(reference: Decimal, point: Decimal, weight: Fraction) -> ValueFunction:
    """Return the line on which one point of the total (of 100) is worth `point` of money."""
    best = Fraction(reference)
    return ValueFunction.linear(best + Fraction(point) * 100 * weight, best)
