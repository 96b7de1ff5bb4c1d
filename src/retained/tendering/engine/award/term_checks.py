"""Whether an award file hangs together: names lead somewhere, amounts are of its currency.

In   a file whose fields are each right by themselves
Out  everything that is wrong with them together, each with its field
Why  docs/reference/award.md
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from retained.shared.placed import FieldError
from retained.shared.quantities import parse_number
from retained.tendering.engine.award.amounts import exact_minor_of, minor_of
from retained.tendering.engine.award.problem import IN_HOUSE

if TYPE_CHECKING:
    from retained.tendering.engine.award.rule_terms import RuleTerms
    from retained.tendering.engine.award.terms import (
        AwardTerms,
        BidderTerms,
        DiscountTerms,
        LotTerms,
    )

Path = tuple[str | int, ...]
# Rules that weigh lots by their baselines.
WEIGHING = frozenset({"most_share", "most_share_of_parent", "least_share", "least_quality"})


def faults_of_award(terms: "AwardTerms") -> Iterator[FieldError]:
    """Yield everything that is wrong with a file as a whole, but for offers that CSV may bring."""
    for name, lot in terms.lots.items():
        yield from _of_lot(terms, name, lot)
    for name, bidder in terms.bidders.items():
        yield from _of_bidder(terms, name, bidder)
    yield from _of_bundle_names(terms)
    yield from _of_rules(terms, terms.rules, ("rules",))
    if terms.overlap:
        yield from _of_overlap(terms)
    for name, scenario in terms.scenarios.items():
        path: Path = ("scenarios", name)
        yield from _unknown(scenario.without, terms.rules, "rule", (*path, "without"))
        yield from _unknown(
            scenario.without_bidders, terms.bidders, "bidder", (*path, "without_bidders")
        )
        yield from _of_rules(terms, scenario.rules, (*path, "rules"))
        for rule in scenario.rules:
            if rule in terms.rules and rule not in scenario.without:
                sentence = f"“{rule}” is a rule already: leave that one out, or use another name"
                yield FieldError(sentence, *path, "rules", rule)


def _of_overlap(terms: "AwardTerms") -> Iterator[FieldError]:
    """Yield what cannot be weighed where a lot may be bought twice."""
    for name, lot in terms.lots.items():
        if lot.parts > 1 or not _is_nothing(lot.switching):
            sentence = "lots that may be bought twice are whole, and have no switching cost"
            yield FieldError(sentence, "lots", name)
    rules: dict[Path, RuleTerms] = {("rules", key): one for key, one in terms.rules.items()}
    for scenario, found in terms.scenarios.items():
        rules |= {("scenarios", scenario, "rules", key): one for key, one in found.rules.items()}
    for path, rule in rules.items():
        if rule.kind in WEIGHING:
            yield FieldError("it cannot weigh lots that may be bought twice", *path, rule.kind)


def _of_lot(terms: "AwardTerms", name: str, lot: "LotTerms") -> Iterator[FieldError]:
    path: Path = ("lots", name)
    if name == IN_HOUSE:
        yield FieldError(f"“{IN_HOUSE}” is who keeps a lot, and no name of one", *path)
    for field in ("baseline", "switching"):
        yield from _not_owed(getattr(lot, field), terms.currency, (*path, field))
    if lot.in_house is not None:
        yield from _not_minor(lot.in_house, terms.currency, (*path, "in_house"))
    if lot.incumbent is not None and lot.incumbent not in {*terms.bidders, IN_HOUSE}:
        sentence = f"“{lot.incumbent}” is no bidder: write {IN_HOUSE}, or leave it out"
        yield FieldError(sentence, *path, "incumbent")


def _of_bidder(terms: "AwardTerms", name: str, bidder: "BidderTerms") -> Iterator[FieldError]:
    path: Path = ("bidders", name)
    if name == IN_HOUSE:
        yield FieldError("what keeping a lot costs stands under the lot, as in_house", *path)
    yield from _not_owed(bidder.onboarding, terms.currency, (*path, "onboarding"))
    for field in ("prices", "unit_prices", "qualities"):
        given = getattr(bidder, field)
        yield from _unknown(given, terms.lots, "lot", (*path, field), by_name=True)
    for lot, price in bidder.prices.items():
        yield from _not_minor(price, terms.currency, (*path, "prices", lot))
        if lot in bidder.unit_prices:
            yield FieldError("give the price or the unit price", *path, "unit_prices", lot)
    for lot, price in bidder.unit_prices.items():
        yield from _not_exact(price, terms.currency, (*path, "unit_prices", lot))
    for key, bundle in bidder.bundles.items():
        yield from _unknown(bundle.lots, terms.lots, "lot", (*path, "bundles", key, "lots"))
        yield from _not_minor(bundle.price, terms.currency, (*path, "bundles", key, "price"))
        if len(set(bundle.lots)) < len(bundle.lots):
            yield FieldError("a lot stands in it twice", *path, "bundles", key, "lots")
    if bidder.discounts is not None:
        yield from _of_discounts(bidder, bidder.discounts, (*path, "discounts"))
    if bidder.most is not None and bidder.most < bidder.least:
        yield FieldError(f"it is less than the least, {bidder.least}", *path, "most")


def _of_discounts(
    bidder: "BidderTerms", discounts: "DiscountTerms", path: Path
) -> Iterator[FieldError]:
    thresholds = []
    for text in discounts.steps:
        try:
            thresholds.append(parse_number(text))
        except ValueError as error:
            yield FieldError(str(error), *path, "steps", text)
            return
    steps = list(zip(thresholds, discounts.steps.values(), strict=True))
    if thresholds[0] < 0:
        yield FieldError("a threshold is not below nothing", *path, "steps")
    if any(later[0] <= step[0] or later[1] <= step[1] for step, later in pairwise(steps)):
        sentence = "thresholds and discounts must rise from step to step: nobody buys less for more"
        yield FieldError(sentence, *path, "steps")
    for field in ("prices", "unit_prices"):
        for lot, price in getattr(bidder, field).items():
            if price.startswith("-"):
                sentence = "who pays for a lot cannot have discounts on it"
                yield FieldError(sentence, *path[:-1], field, lot)


def _of_bundle_names(terms: "AwardTerms") -> Iterator[FieldError]:
    seen: dict[str, str] = {}
    for name, bidder in terms.bidders.items():
        for key in bidder.bundles:
            if key in seen:
                sentence = f"{seen[key]} has a bundle of this name too: use another"
                yield FieldError(sentence, "bidders", name, "bundles", key)
            seen[key] = name


def _of_rules(
    terms: "AwardTerms", rules: "Mapping[str, RuleTerms]", path: Path
) -> Iterator[FieldError]:
    parents = {bidder.parent or name for name, bidder in terms.bidders.items()}
    known: dict[str, Collection[str]] = {
        "lot": terms.lots,
        "bidder": terms.bidders,
        "doer": {*terms.bidders, IN_HOUSE},
        "parent": parents,
    }
    for key, rule in rules.items():
        for field, what, name in rule.names():
            word = "bidder" if what == "doer" else what
            yield from _unknown([name], known[what], word, (*path, key, field), by_name=None)
        if rule.kind in WEIGHING:
            yield from _without_baselines(terms, (*path, key, rule.kind))


def _without_baselines(terms: "AwardTerms", path: Path) -> Iterator[FieldError]:
    missing = [name for name, lot in terms.lots.items() if _is_nothing(lot.baseline)]
    if missing:
        sentence = f"it weighs lots by their baseline, and these have none: {', '.join(missing)}"
        yield FieldError(sentence, *path)


def _is_nothing(amount: str) -> bool:
    return not parse_number(amount.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ "))


def _unknown(
    names: Collection[str],
    known: Collection[str],
    what: str,
    path: Path,
    *,
    by_name: bool | None = False,
) -> Iterator[FieldError]:
    """Yield the names that lead nowhere; their place is a name, a number, or the field itself."""
    for place, name in enumerate(names):
        if name not in known:
            more: Path = () if by_name is None else ((name,) if by_name else (place,))
            listed = ", ".join(sorted(known)[:8]) or "there is none"
            yield FieldError(f"“{name}” is no {what} of this file: {listed}", *path, *more)


def _not_owed(text: str, currency: str, path: Path) -> Iterator[FieldError]:
    if text.startswith("-"):
        yield FieldError("it cannot be less than nothing", *path)
    yield from _not_minor(text, currency, path)


def _not_minor(text: str, currency: str, path: Path) -> Iterator[FieldError]:
    try:
        minor_of(text, currency)
    except ValueError as error:
        yield FieldError(str(error), *path)


def _not_exact(text: str, currency: str, path: Path) -> Iterator[FieldError]:
    try:
        exact_minor_of(text, currency)
    except ValueError as error:
        yield FieldError(str(error), *path)
