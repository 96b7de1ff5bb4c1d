"""The model of an award: cover every lot once, count partners, volumes and discounts.

In   the problem
Out  columns and rows with exact coefficients; no limit is larger than what a rule leaves possible
Why  docs/methods/award.md
"""

from collections.abc import Iterator
from fractions import Fraction

from retained.tendering.engine.award.discount_rows import add_discounts
from retained.tendering.engine.award.model import Key, Model
from retained.tendering.engine.award.problem import IN_HOUSE, Bidder, Lot, Problem
from retained.tendering.engine.award.quantities import capacity_of, holdings
from retained.tendering.engine.award.rule_rows import add_rule
from retained.tendering.engine.award.rules import NoDiscounts


def build(problem: Problem) -> Model:
    """Return the model of a problem; its cost is in minor units."""
    model = Model()
    for bidder in problem.bidders:
        model.add(("used", bidder.name), cost=bidder.onboarding)
    for lot in problem.lots:
        _add_shares(model, problem, lot)
    for bundle in problem.bundles:
        model.add(("bundle", bundle.name), cost=bundle.price, choice=True)
    for lot in problem.lots:
        _cover(model, problem, lot)
        _charge_switching(model, problem, lot)
    for bidder in problem.bidders:
        _link(model, problem, bidder)
        _limit(model, problem, bidder)
    if not any(isinstance(rule, NoDiscounts) for rule in problem.rules):
        for bidder in problem.bidders:
            add_discounts(model, problem, bidder)
    for rule in problem.rules:
        add_rule(model, problem, rule)
    return model


def _add_shares(model: Model, problem: Problem, lot: Lot) -> None:
    for offer in problem.offers_on(lot.name):
        model.add(
            ("share", lot.name, offer.bidder),
            cost=offer.price,
            parts=lot.parts,
            choice=not lot.divisible,
        )
        if lot.divisible:
            model.add(("part", lot.name, offer.bidder), choice=True)
    if lot.in_house is not None:
        key = ("share", lot.name, IN_HOUSE)
        model.add(key, cost=lot.in_house, parts=lot.parts, choice=not lot.divisible)


def _cover(model: Model, problem: Problem, lot: Lot) -> None:
    """Ask that the lot is done exactly once (or at least once), and shared as it may be."""
    doing = [(key, 1) for who, key in holdings(problem, lot)]
    model.ask(doing, low=1, high=None if problem.overlap else 1)
    if not lot.divisible:
        return
    partners = []
    for offer in problem.offers_on(lot.name):
        share, part = ("share", lot.name, offer.bidder), ("part", lot.name, offer.bidder)
        model.ask([(share, 1), (part, -1)], high=0)
        # Also without a least share, a part that is nothing does not count as one.
        least = max(lot.least_share, Fraction(1, lot.parts))
        model.ask([(share, 1), (part, -least)], low=0)
        partners.append((part, 1))
    bundled = [(("bundle", one.name), 1) for one in problem.bundles_on(lot.name)]
    model.ask([*partners, *bundled], high=lot.most_partners)


def _charge_switching(model: Model, problem: Problem, lot: Lot) -> None:
    """Owe the switching cost, less what stays with the incumbent."""
    if not (lot.switching and lot.incumbent):
        return
    model.constant += lot.switching
    staying = [key for who, key in holdings(problem, lot) if who == lot.incumbent]
    for key in staying:
        one = model.columns[key]
        model.add(
            key, cost=one.cost - lot.switching, most=one.most, parts=one.parts, choice=one.choice
        )


def _link(model: Model, problem: Problem, bidder: Bidder) -> None:
    """Ask that who gets anything counts as a partner, link by link, and nobody else."""
    used: Key = ("used", bidder.name)
    links = list(_links(problem, bidder))
    for key in links:
        model.ask([(key, 1), (used, -1)], high=0)
    model.ask([(used, 1), *((key, -1) for key in links)], high=0)
    if bidder.one_bundle:
        bundles = [(("bundle", one.name), 1) for one in problem.bundles_of(bidder.name)]
        if len(bundles) > 1:
            model.ask([*bundles, (used, -1)], high=0, rule=one_bundle_name(bidder))


def _links(problem: Problem, bidder: Bidder) -> Iterator[Key]:
    divisible = {lot.name for lot in problem.lots if lot.divisible}
    for offer in problem.offers_of(bidder.name):
        yield ("part" if offer.lot in divisible else "share", offer.lot, bidder.name)
    for bundle in problem.bundles_of(bidder.name):
        yield ("bundle", bundle.name)


def _limit(model: Model, problem: Problem, bidder: Bidder) -> None:
    """Ask for at least and at most what the bidder takes on, once it gets anything."""
    used: Key = ("used", bidder.name)
    taken = capacity_of(problem, bidder)
    if bidder.least:
        model.ask([*taken, (used, -bidder.least)], low=0, rule=least_name(bidder))
    if bidder.most is not None:
        model.ask([*taken, (used, -bidder.most)], high=0, rule=most_name(bidder))


def one_bundle_name(bidder: Bidder) -> str:
    """Return what is said of bundles that exclude each other."""
    return f"{bidder.name} offers one of its bundles only"


def least_name(bidder: Bidder) -> str:
    """Return what is said of the least that a bidder takes on."""
    return f"the least that {bidder.name} takes on"


def most_name(bidder: Bidder) -> str:
    """Return what is said of the most that a bidder takes on."""
    return f"the most that {bidder.name} takes on"
