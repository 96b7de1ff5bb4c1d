"""What is counted of an award: who holds a lot, baselines of a bidder, its volume.

In   the problem
Out  sums over columns, with exact factors
Why  docs/methods/award.md
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from retained.tendering.engine.award.model import Key
from retained.tendering.engine.award.problem import IN_HOUSE, Bidder, Lot, Measure, Problem
from retained.tendering.engine.award.rules import MostShare, MostShareOfParent

Terms = list[tuple[Key, Fraction]]


def holdings(problem: Problem, lot: Lot) -> Iterator[tuple[str, Key]]:
    """Yield who may hold a lot, and by which column."""
    for offer in problem.offers_on(lot.name):
        yield offer.bidder, ("share", lot.name, offer.bidder)
    for bundle in problem.bundles_on(lot.name):
        yield bundle.bidder, ("bundle", bundle.name)
    if lot.in_house is not None:
        yield IN_HOUSE, ("share", lot.name, IN_HOUSE)


def baselines_of(problem: Problem, bidders: Sequence[str]) -> Terms:
    """Return the baselines that these bidders hold together."""
    worth = {lot.name: lot.baseline for lot in problem.lots}
    terms: Terms = [
        (("share", one.lot, one.bidder), Fraction(worth[one.lot]))
        for bidder in bidders
        for one in problem.offers_of(bidder)
    ]
    terms += [
        (("bundle", one.name), Fraction(sum(worth[lot] for lot in one.lots)))
        for bidder in bidders
        for one in problem.bundles_of(bidder)
    ]
    return terms


def volume_of(problem: Problem, bidder: Bidder, measure: Measure) -> Terms:
    """Return the volume of a bidder's single offers: what its discounts go by."""
    units = {lot.name: lot.units for lot in problem.lots}
    return [
        (
            ("share", one.lot, bidder.name),
            one.price if measure is Measure.VALUE else units[one.lot],
        )
        for one in problem.offers_of(bidder.name)
    ]


def capacity_of(problem: Problem, bidder: Bidder) -> Terms:
    """Return all that a bidder takes on, bundles included, in its own measure."""
    units = {lot.name: lot.units for lot in problem.lots}
    terms = volume_of(problem, bidder, bidder.measure)
    for one in problem.bundles_of(bidder.name):
        counted = sum((units[lot] for lot in one.lots), Fraction(0))
        is_value = bidder.measure is Measure.VALUE
        terms.append((("bundle", one.name), Fraction(one.price) if is_value else counted))
    return terms


def most_volume(problem: Problem, bidder: Bidder, measure: Measure) -> Fraction:
    """Return a volume that the bidder's single offers cannot exceed, whatever is awarded.

    Offers are taken whole by most volume for each unit of baseline until the cap is full: the
    fractional knapsack (Dantzig 1957). Capacity in the same measure cuts it further.
    """
    worth = {lot.name: lot.baseline for lot in problem.lots}
    left = _cap_of(problem, bidder)
    found = Fraction(0)
    terms = [(worth[key[1]], size) for key, size in volume_of(problem, bidder, measure)]
    for baseline, size in sorted(terms, key=_density, reverse=True):
        share = min(Fraction(1), Fraction(left, baseline)) if baseline else Fraction(1)
        found += size * share
        left -= baseline * share
    if bidder.most is not None and bidder.measure is measure and not _pays(problem, bidder):
        found = min(found, bidder.most)
    return found


def _density(term: tuple[int, Fraction]) -> tuple[bool, Fraction]:
    baseline, size = term
    return (baseline == 0, size / baseline if baseline else size)


def _pays(problem: Problem, bidder: Bidder) -> bool:
    """Return whether a bundle of negative price could make room under the bidder's most."""
    return any(one.price < 0 for one in problem.bundles_of(bidder.name))


def _cap_of(problem: Problem, bidder: Bidder) -> Fraction:
    """Return the baselines that the rules let a bidder hold at most."""
    caps = [Fraction(1)]
    for rule in problem.rules:
        if isinstance(rule, MostShare) and rule.bidder in {"", bidder.name}:
            caps.append(rule.share)
        if isinstance(rule, MostShareOfParent) and rule.parent in {"", bidder.group}:
            caps.append(rule.share)
    return min(caps) * problem.baseline
