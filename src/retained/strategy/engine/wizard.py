"""A first case from twelve answers: stay, improve in-house, hand out a part, or all of it.

In   the answers, and the day on which they were given
Out  a complete case: what was answered, priors marked as priors, and the usual lines
Why  docs/guide/beginning-a-case.md
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from retained.shared.quantities import decimal_text, percent_text
from retained.strategy.engine.answers import Amount, Answers, OfferAnswer, Spot
from retained.strategy.engine.case_figures import ratio_or_number
from retained.strategy.engine.case_terms import (
    SCHEMA,
    AssumptionTerms,
    CaseTerms,
    LineTerms,
    OptionTerms,
    Paid,
)
from retained.strategy.engine.line_library import (
    ABROAD,
    IN_HOUSE,
    OFFER,
    PRICED,
    WORKED,
    Pricing,
    as_lines,
    drivers_of,
)
from retained.strategy.engine.part_offer import can_be_parted, part_assumptions, part_lines
from retained.strategy.engine.priors import prior, priors

STAY, IMPROVE, PARTED, OFFERED = "stay", "improve", "hybrid", "offer"
SOURCE = "Twelve answers"
HOURS_APART = {Spot.ONSHORE: "0", Spot.NEARSHORE: "1", Spot.OFFSHORE: "4.5"}
OWN_KNOWLEDGE = {Amount.LITTLE: "0.7", Amount.SOME: "1", Amount.MUCH: "1.5"}
_IMPROVED = "(1 - less_work * ramp(1, 12))"
_PRICE_TITLES = {
    Pricing.MONTH: "Price of a month",
    Pricing.HOUR: "Price of an hour",
    Pricing.UNIT: "Price of a unit",
    Pricing.TIERS: "Price of a unit",
}
# An own plan rarely gives all that it promises, and hardly ever more.
_OF_PLAN = (Decimal("0.5"), Decimal(1), Decimal("1.1"))
_GIVEN_RATE = "Rate given with the offer"
_TOGETHER = (("wage_growth", "inflation", "0.6"),)


def first_case(answers: Answers, *, on: date) -> CaseTerms:
    """Return the case that the answers of a day begin."""
    options = _options(answers)
    given = _given(answers, on)
    formulas = [line.formula for one in options.values() for line in one.lines.values()]
    names = drivers_of(formulas, given)
    own = {name: one for name, one in given.items() if name in names}
    assumed = {name: prior(name) for name in priors() if name in names and name not in given}
    worked = {
        name: WORKED[name].as_assumption() for name in names if name in WORKED and name not in given
    }
    return CaseTerms.model_validate(
        {
            "schema": SCHEMA,
            "reference": answers.case_reference,
            "title": answers.function,
            "currency": answers.currency,
            "from": answers.term.start,
            "months": answers.term.months,
            "discount": answers.discount,
            "baseline": STAY,
            "assumptions": own | assumed | worked,
            "together": _TOGETHER,
            "options": options,
        }
    )


def _options(answers: Answers) -> dict[str, OptionTerms]:
    """Return the ways: an own plan is one only where it promises something."""
    provider = answers.offer.provider or "An offer"
    found = {STAY: OptionTerms(title="Stay as we are", lines=as_lines(IN_HOUSE))}
    if ratio_or_number(answers.improve.less_work) > 0:
        lines = as_lines(IN_HOUSE, scale=_IMPROVED)
        lines["improvement"] = LineTerms(
            title="Getting better", formula="improvement", paid=Paid.AT_START, once=True
        )
        found[IMPROVE] = OptionTerms(title="Improve in-house", lines=lines)
    left_out = set(_of_nobody(answers))
    if can_be_parted(answers):
        lines = part_lines(answers.tax, without=left_out)
        found[PARTED] = OptionTerms(title="Hybrid: hand out a part", lines=lines)
    offer = as_lines((one for one in OFFER if one.id not in left_out), tax=answers.tax)
    return found | {OFFERED: OptionTerms(title=provider, lines=offer)}


def _of_nobody(answers: Answers) -> Iterator[str]:
    """Yield the lines that these answers leave empty: nobody travels, moves or leaves."""
    if answers.place is Spot.ONSHORE:
        yield from ABROAD
    if ratio_or_number(answers.leavers.move) == 0:
        yield from ("until_they_move", "staff_transfer")
    if ratio_or_number(answers.leavers.leave) == 0:
        yield from ("until_they_leave", "severance")


def _given(answers: Answers, on: date) -> Mapping[str, AssumptionTerms]:
    """Return what the answers say, each with its source and day."""
    figures = {
        "people": (answers.people, "People who do it today", "people"),
        "salary": (answers.salary, "Salary of one person", f"{answers.currency} a year"),
        "people_moving": (answers.leavers.move, "People who move to the provider", "people"),
        "people_leaving": (answers.leavers.leave, "People who leave", "people"),
        "people_kept": (decimal_text(answers.people_kept), "People who are kept", "people"),
        "improvement": (
            answers.improve.cost, "What getting better costs at the start", answers.currency,
        ),
    }  # fmt: skip
    found = {
        name: AssumptionTerms(title=title, value=value, unit=unit, source=SOURCE, on=on)
        for name, (value, title, unit) in figures.items()
    }
    found |= dict(_judged(answers, on)) | dict(_priced(answers, on))
    if can_be_parted(answers):
        little = OWN_KNOWLEDGE[Amount.LITTLE]
        found |= part_assumptions(answers, knowledge=little, source=SOURCE, on=on)
    return found


def _judged(answers: Answers, on: date) -> Iterator[tuple[str, AssumptionTerms]]:
    """Yield what an answer in words, or a plan, stands for: that much is our judgement."""
    yield (
        "hours_apart",
        AssumptionTerms(
            title="Hours between both",
            value=HOURS_APART[answers.place],
            unit="hours",
            source=f"{SOURCE}: {answers.place}. The hours are our judgement: take the real ones",
            on=on,
            prior=True,
        ),
    )
    yield (
        "own_knowledge",
        AssumptionTerms(
            title="Weight of own knowledge",
            value=OWN_KNOWLEDGE[answers.own_knowledge],
            unit="times",
            source=(
                f"{SOURCE}: {answers.own_knowledge}. Dibbern, Winkler and Heinzl (2008) give the "
                "direction, the weight is our judgement"
            ),
            on=on,
            prior=True,
        ),
    )
    planned = ratio_or_number(answers.improve.less_work)
    yield (
        "less_work",
        AssumptionTerms(
            title="Work that falls away within a year",
            triangular=tuple(percent_text(min(planned * part, Decimal(1))) for part in _OF_PLAN),
            unit="of the work",
            source=f"{SOURCE}. Ours: half of a plan, to a tenth more than it",
            on=on,
        ),
    )


def _priced(answers: Answers, on: date) -> Iterator[tuple[str, AssumptionTerms]]:
    """Yield what the offer costs a month, in the currency of the case."""
    offer = answers.offer
    currency = offer.currency or answers.currency
    source = f"Offer of {offer.provider}" if offer.provider else "The offer"
    formula = PRICED[offer.by]
    if offer.by is Pricing.HOUR and offer.units is not None:
        formula = PRICED[Pricing.UNIT]
    if answers.is_foreign:
        formula = f"({formula}) * exchange_rate"
        yield "exchange_rate", _exchange_rate(offer, answers.currency)
    yield (
        "offer_fee",
        AssumptionTerms(
            title="The offer at its first prices",
            unit=f"{answers.currency} a month",
            formula=formula,
        ),
    )
    figures = {
        "price": (offer.price, _PRICE_TITLES[offer.by], currency),
        "units": (offer.units, "Units", "a month"),
        "tier_from": (offer.tier.above if offer.tier else None, "Units at the full price", ""),
        "tier_price": (offer.tier.price if offer.tier else None, "Price above them", currency),
    }
    for name, (value, title, unit) in figures.items():
        if value is not None:
            yield name, AssumptionTerms(title=title, value=value, unit=unit, source=source, on=on)


def _exchange_rate(offer: OfferAnswer, currency: str) -> AssumptionTerms:
    """Return the rate as a walk that begins where it stood on its day."""
    moves = prior("exchange_volatility").value
    return AssumptionTerms.model_validate(
        {
            "title": f"What one {offer.currency} is worth",
            "walk": {"start": offer.rate, "volatility": moves},
            "unit": currency,
            "source": f"{offer.rate_source or _GIVEN_RATE}. Ours: how far it moves",
            "on": offer.rate_on,
        }
    )
