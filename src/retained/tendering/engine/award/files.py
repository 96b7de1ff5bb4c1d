"""Reading what is to be awarded: YAML, with prices from CSV beside it, into a problem.

In   the text of a file, and the texts of its price files
Out  the problem and its scenarios, or every remark at once; the JSON Schema
Why  docs/reference/award.md
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from retained.shared.documents import DocumentKind, schema_text
from retained.shared.money import minor_digits
from retained.shared.remarks import Place, RefusedError, Remark, Severity
from retained.tendering.engine.award.amounts import exact_minor_of, minor_of
from retained.tendering.engine.award.comparing import Scenario
from retained.tendering.engine.award.discount_rows import unit_price
from retained.tendering.engine.award.price_files import offers_in
from retained.tendering.engine.award.problem import (
    Bidder,
    Bundle,
    DiscountKind,
    Discounts,
    Lot,
    Measure,
    Offer,
    Problem,
    Step,
)
from retained.tendering.engine.award.quantities import holdings
from retained.tendering.engine.award.rules import QualityFloor
from retained.tendering.engine.award.terms import (
    MOST_BIDDERS,
    MOST_LOTS,
    SCHEMA,
    AwardTerms,
    BidderTerms,
    LotTerms,
)


class AwardRefusedError(RefusedError):
    """An award file cannot be taken."""


@dataclass(frozen=True, slots=True)
class AwardFile:
    """What an award file says: the problem, and its scenarios."""

    reference: str
    title: str
    problem: Problem
    scenarios: tuple[Scenario, ...]


_KIND = DocumentKind(
    "award", SCHEMA, "Award", AwardTerms, AwardRefusedError,
    too_many=f"The file holds too many values: put prices into CSV files. An award has at most "
    f"{MOST_LOTS:,} lots and {MOST_BIDDERS} bidders.",
)  # fmt: skip


def read_award(
    text: str, *, name: str = "award.yaml", prices: Mapping[str, str] | None = None
) -> AwardFile:
    """Return what a YAML text and price files (by their names) say.

    Raises AwardRefusedError with every remark.
    """
    terms = _KIND.read(text, name=name)
    found = list(_offers(terms))
    remarks: list[Remark] = []
    for file, content in (prices or {}).items():
        offers, wrong = offers_in(content, file, terms)
        remarks += wrong
        found += offers
    problem = _problem(terms, found)
    scenarios = tuple(
        Scenario(
            key,
            one.without,
            tuple(rule.as_rule(rule_name) for rule_name, rule in one.rules.items()),
            one.without_bidders,
        )
        for key, one in terms.scenarios.items()
    )
    remarks += _faults(problem, scenarios, name)
    if remarks:
        raise AwardRefusedError(remarks)
    return AwardFile(terms.reference, terms.title, problem, scenarios)


def award_schema() -> str:
    """Return the JSON Schema (2020-12) of an award file, as its file holds it."""
    return schema_text(_KIND.json_schema())


def _problem(terms: AwardTerms, offers: list[Offer]) -> Problem:
    currency = terms.currency
    place = {name: number for number, name in enumerate(terms.lots)}
    return Problem(
        currency,
        tuple(_lot(name, one, currency) for name, one in terms.lots.items()),
        tuple(_bidder(name, one, currency) for name, one in terms.bidders.items()),
        # The same offers give the same model, in whatever order and files they come.
        tuple(sorted(offers, key=lambda one: (place[one.lot], one.bidder))),
        tuple(
            Bundle(key, name, bundle.lots, minor_of(bundle.price, currency))
            for name, bidder in terms.bidders.items()
            for key, bundle in bidder.bundles.items()
        ),
        tuple(rule.as_rule(name) for name, rule in terms.rules.items()),
        terms.overlap,
    )


def _lot(name: str, one: LotTerms, currency: str) -> Lot:
    return Lot(
        name,
        minor_of(one.baseline, currency),
        Fraction(one.units),
        one.incumbent or "",
        minor_of(one.switching, currency),
        None if one.in_house is None else minor_of(one.in_house, currency),
        one.parts,
        one.most_partners,
        Fraction(one.least_share),
    )


def _bidder(name: str, one: BidderTerms, currency: str) -> Bidder:
    scale = 10 ** minor_digits(currency) if one.measure is Measure.VALUE else 1
    discounts = None
    if one.discounts is not None:
        steps = (
            Step(Fraction(threshold) * scale, Fraction(share))
            for threshold, share in one.discounts.steps.items()
        )
        discounts = Discounts(one.discounts.kind, tuple(steps))
    return Bidder(
        name,
        one.parent,
        minor_of(one.onboarding, currency),
        None if one.quality is None else Fraction(one.quality),
        discounts,
        one.measure,
        Fraction(one.least) * scale,
        None if one.most is None else Fraction(one.most) * scale,
        one.one_bundle,
    )


def _offers(terms: AwardTerms) -> Iterator[Offer]:
    for name, bidder in terms.bidders.items():
        whole = {
            lot: Fraction(minor_of(text, terms.currency)) for lot, text in bidder.prices.items()
        }
        whole |= {
            lot: exact_minor_of(text, terms.currency) * Fraction(terms.lots[lot].units)
            for lot, text in bidder.unit_prices.items()
        }
        for lot, price in whole.items():
            quality = bidder.qualities.get(lot)
            yield Offer(lot, name, price, None if quality is None else Fraction(quality))


def _faults(problem: Problem, scenarios: tuple[Scenario, ...], name: str) -> Iterator[Remark]:
    """Yield what can be seen only once all offers are there."""
    seen: set[tuple[str, str]] = set()
    for offer in problem.offers:
        if (offer.lot, offer.bidder) in seen:
            sentence = f"{offer.bidder}'s price for {offer.lot} is given twice: keep one."
            yield _remark(name, f"bidders.{offer.bidder}.prices.{offer.lot}", sentence)
        seen.add((offer.lot, offer.bidder))
    for lot in problem.lots:
        if not list(holdings(problem, lot)):
            sentence = (
                f"Nobody offers {lot.name}: add a price, or what keeping it costs (in_house)."
            )
            yield _remark(name, f"lots.{lot.name}", sentence)
    for bidder in problem.bidders:
        if _needs_one_unit_price(problem, bidder):
            sentence = "Incremental discounts by units need one unit price for all lots."
            yield _remark(name, f"bidders.{bidder.name}.discounts", sentence)
    rules = [*problem.rules, *(rule for one in scenarios for rule in one.rules)]
    if any(isinstance(rule, QualityFloor) for rule in rules):
        yield from _without_quality(problem, name)


def _needs_one_unit_price(problem: Problem, bidder: Bidder) -> bool:
    discounts = bidder.discounts
    by_units = bidder.measure is Measure.UNITS
    if discounts is None or discounts.kind is not DiscountKind.INCREMENTAL or not by_units:
        return False
    return bool(problem.offers_of(bidder.name)) and unit_price(problem, bidder) is None


def _without_quality(problem: Problem, name: str) -> Iterator[Remark]:
    asked = {(one.bidder, one.lot) for one in problem.offers}
    asked |= {(one.bidder, lot) for one in problem.bundles for lot in one.lots}
    for bidder in dict.fromkeys(who for who, lot in sorted(asked)):
        lots = [lot for who, lot in sorted(asked) if who == bidder]
        missing = [lot for lot in lots if problem.quality_of(lot, bidder) is None]
        if missing:
            sentence = f"A rule asks for quality, and {bidder} has none for {', '.join(missing)}."
            yield _remark(name, f"bidders.{bidder}.quality", sentence)


def _remark(name: str, column: str, sentence: str) -> Remark:
    return Remark(Severity.ERROR, "award", sentence, Place(name, None, column))
