"""Credits, triggers and the credit pool as sentences.

In   what an agreement says about money and rights
Out  "40 % of the amount at risk (4,416.00 EUR a month): half below 95 %, all below 90 %"
Why  docs/methods/service-credits.md
"""

from decimal import Decimal

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.credit_terms import Band, CreditTerms, EarnBackTerms, Trigger
from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.contracts.engine.sentences.words import (
    begun,
    counted,
    listed,
    ordinal,
    share_text,
)
from retained.shared.money import Money
from retained.shared.quantities import decimal_text, percent_text


def at_risk_amount(terms: AgreementTerms) -> Money | None:
    """Return the most that can be owed back for a usual month."""
    if terms.credits is None or terms.credit_base is None:
        return None
    return (Money(terms.credit_base.amount, terms.currency) * terms.credits.at_risk).rounded()


def credit_sentence(level: ServiceLevelTerms, terms: AgreementTerms) -> str:
    """Return what a miss of this level costs."""
    if level.credit is None:
        return "A miss costs nothing by itself."
    ways = "; ".join(_ways(level.credit, level))
    if level.credit.allocation is None:
        return f"{begun(ways)}."
    at_risk = at_risk_amount(terms)
    amount = f" ({(at_risk * level.credit.allocation).rounded()} a month)" if at_risk else ""
    return f"{percent_text(level.credit.allocation)} of the amount at risk{amount}: {ways}."


def pool_sentences(terms: AgreementTerms) -> list[str]:
    """Return what holds for all credits together, a sentence a rule."""
    pool = terms.credits
    at_risk = at_risk_amount(terms)
    if pool is None or at_risk is None or terms.credit_base is None:
        return []
    monthly = Money(terms.credit_base.amount, terms.currency)
    said = [
        f"{percent_text(pool.at_risk)} of the month's {monthly} is at risk: at most {at_risk} a "
        "month, and what misses add up to above it is lost to the cap."
    ]
    if pool.pool != 1:
        said.append(f"The allocations may add up to {percent_text(pool.pool)}.")
    if pool.repeated:
        said.append(
            f"From the {ordinal(pool.repeated.from_miss)} miss running on, a service level's "
            f"credit counts {decimal_text(pool.repeated.times)} times."
        )
    if pool.point_values:
        steps = [
            f"from {decimal_text(step.from_points)} points {percent_text(step.share)}"
            for step in pool.point_values
        ]
        said.append(f"Points are worth a share of the charge: {', '.join(steps)}.")
    return said + earn_back_sentences(terms)


def earn_back_sentences(terms: AgreementTerms) -> list[str]:
    """Return when a credit is earned back, how much of it, and what is not."""
    rule = terms.credits.earn_back if terms.credits else None
    if rule is None:
        return []
    level = f"{rule.at_least} or better" if rule.at_least else "its expected level"
    said = [f"{_earned_back_of(rule, terms)} is earned back {_when(rule, level)}."]
    if rule.at_most != 1:
        said.append(f"At most {percent_text(rule.at_most)} of a credit is earned back.")
    if rule.not_below_minimum:
        said.append("The credit of a month below minimum is not earned back.")
    if rule.not_critical:
        said.append("The credit of a critical service level is not earned back.")
    return said


def _earned_back_of(rule: EarnBackTerms, terms: AgreementTerms) -> str:
    if not rule.service_levels:
        return "A credit"
    return f"A credit of {listed([f'“{_title_of(one, terms)}”' for one in rule.service_levels])}"


def _when(rule: EarnBackTerms, level: str) -> str:
    if rule.contract_year:
        return (
            "at the end of the contract year, when the tickets of the whole year together "
            f"attain {level}"
        )
    if rule.following_months == 1:
        return f"when its service level attains {level} in the next month with a verdict"
    return (
        f"when its service level attains {level} in each of the next {rule.following_months} "
        "months with a verdict"
    )


def trigger_sentence(trigger: Trigger, terms: AgreementTerms) -> str:
    """Return the right that misses give rise to, and how long it lasts."""
    lasts = ""
    if trigger.lapses_after_days is not None:
        lasts = f", which lapses {counted(trigger.lapses_after_days, 'day')} after the statement"
    return f"{begun(_condition(trigger, terms))}: a right to {trigger.right}{lasts}."


def _condition(trigger: Trigger, terms: AgreementTerms) -> str:
    if trigger.credits_over is not None:
        over = Money(trigger.credits_over, terms.currency)
        return f"credits above {over} in {counted(trigger.in_months, 'month')}"
    which = "any one service level"
    if trigger.service_level is not None:
        which = f"“{_title_of(trigger.service_level, terms)}”"
    if trigger.in_a_row is not None:
        return f"{which} below {trigger.below} {counted(trigger.in_a_row, 'month')} running"
    return f"{which} below {trigger.below} in {trigger.misses} of {trigger.of_months} months"


def _title_of(level_id: str, terms: AgreementTerms) -> str:
    titles = {level.id: level.title for level in terms.service_levels}
    return titles.get(level_id, level_id)


def _ways(credit: CreditTerms, level: ServiceLevelTerms) -> list[str]:
    """Return how much is owed for which miss."""
    worse = "above" if level.lower_is_better else "below"
    if credit.ladder:
        return [f"{share_text(rung.share)} {worse} {rung.below}" for rung in credit.ladder]
    if credit.bands:
        return [_band(band) for band in credit.bands]
    if credit.per_point:
        share, each = percent_text(credit.per_point.share), percent_text(credit.per_point.each)
        return [f"{share} for every full {each} {worse} {level.expected}"]
    ways = []
    if credit.below_expected is not None:
        ways.append(f"{share_text(credit.below_expected)} {worse} {level.expected}")
    if credit.below_minimum is not None and level.minimum is not None:
        ways.append(f"{share_text(credit.below_minimum)} {worse} {level.minimum}")
    return [", ".join(ways)] if ways else ["nothing"]


def _band(band: Band) -> str:
    points = decimal_text(band.points)
    noun = "point" if band.points == Decimal(1) else "points"
    edges = [f"from {band.at_least}"] if band.at_least is not None else []
    edges += [f"up to {band.at_most}"] if band.at_most is not None else []
    return " ".join([f"{points} {noun}", *edges])
