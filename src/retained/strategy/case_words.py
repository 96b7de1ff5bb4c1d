"""A business case in words: what is compared, what it saves, and what that rests on.

The board pack and its workbook say the same sentences; figures are rounded for the eye only.
"""

from collections.abc import Sequence

from retained.pages.cells import GAP, number
from retained.shared.money import Money
from retained.strategy.engine.break_even import BreakEven
from retained.strategy.engine.case_terms import AssumptionTerms, figure, ratio_or_number
from retained.strategy.engine.results import CaseResult, OptionResult, as_money

_MOST_NAMED = 3
_MOST_EVENS = 5


def compared_words(result: CaseResult) -> str:
    """Return what the case compares, and over which time."""
    terms = result.terms
    others = [option.title for option in result.options]
    last = terms.first_month.plus(terms.months - 1)
    return (
        f"{terms.options[terms.baseline].title} is compared with {_listed(others)} over "
        f"{terms.months} months, {terms.first_month.title} to {last.title}. Later money counts "
        f"less, at {terms.discount} a year."
    )


def saving_words(result: CaseResult, option: OptionResult) -> str:
    """Return what an option saves, with its spread."""
    value = option.value
    verb = "saves" if value.p50 >= 0 else "costs more by"
    return (
        f"{option.title} {verb} {whole(abs(value.p50), result)} in the middle of "
        f"{result.simulation.draws:,} draws, as a present value. Eight of ten draws lie between "
        f"{whole(value.p10, result)} and {whole(value.p90, result)}; the mean of the worst 5 % is "
        f"{whole(value.worst, result)}."
    )


def chance_words(option: OptionResult) -> str:
    """Return how likely an option saves anything, and when the money is back."""
    said = f"It saves money in {percent_words(option.value.chance)} of the draws"
    return f"{said}; {payback_words(option)}."


def payback_words(option: OptionResult) -> str:
    """Return when the money is back."""
    if option.payback.median is None:
        return "in most draws the money is not back within the term"
    if option.payback.median == 0:
        return "nothing has to be laid out first"
    return f"the money is back in month {option.payback.median} in the middle of all draws"


def means_words(result: CaseResult, option: OptionResult) -> str:
    """Return what a spreadsheet shows, and why it is no forecast."""
    at_means, mean = whole(option.at_means, result), whole(option.value.mean, result)
    return (
        f"With every assumption at its mean it would save {at_means}; the mean of the draws is "
        f"{mean}."
    )


def matters_words(result: CaseResult, option: OptionResult) -> str:
    """Return which assumptions move the saving most."""
    if not option.matters:
        return "Every assumption is one figure for sure: nothing moves the saving."
    first = [f"“{driver_title(result, one.driver)}”" for one in option.matters[:_MOST_NAMED]]
    return f"What matters most: {_listed(first)}."


def even_words(result: CaseResult, evens: Sequence[BreakEven]) -> list[str]:
    """Return what would have to be true for an option to save nothing, the nearest first."""
    near = sorted(
        (even for even in evens if even.change is not None), key=lambda even: abs(even.change or 0)
    )
    return [_even_words(result, even) for even in near[:_MOST_EVENS]]


def driver_title(result: CaseResult, driver: str) -> str:
    """Return how people call an assumption."""
    return result.terms.assumptions[driver].title or driver.replace("_", " ").capitalize()


def given_words(terms: AssumptionTerms) -> str:
    """Return how an assumption is given: its kind and its figures."""
    given = getattr(terms, terms.kind)
    match terms.kind:
        case "value":
            return _as_read(given)
        case "seen":
            said = f"{len(given)} values, {_as_read(min(given, key=figure))} to "
            said += _as_read(max(given, key=figure))
        case "discrete":
            said = ", ".join(f"{_as_read(one)} with {_as_read(p)}" for one, p in given.items())
        case "walk":
            said = f"from {_as_read(given.start)}, drift {_as_read(given.drift)}, volatility "
            said += f"{_as_read(given.volatility)} a year"
        case "event":
            said = f"{_as_read(given.chance)} a year from month {given.from_month}"
        case "count" | "formula":
            said = given
        case _:
            said = " · ".join(map(_as_read, given))
    return f"{terms.kind}: {said}{', each month anew' if terms.each_month else ''}"


def is_percent(terms: AssumptionTerms) -> bool:
    """Return whether an assumption's figures are written in percent."""
    given = getattr(terms, terms.kind)
    if terms.kind == "walk":
        return False
    figures = [given] if isinstance(given, str) else list(given) if terms.kind != "event" else []
    return bool(figures) and terms.kind != "formula" and all("%" in one for one in figures)


def figure_words(value: float, terms: AssumptionTerms) -> str:
    """Return a figure of an assumption with its unit."""
    if is_percent(terms):
        return f"{percent_words(value)} {terms.unit}".strip()
    shown = number(value) if abs(value) >= 1000 else f"{value:.4g}"
    return f"{shown}{GAP}{terms.unit}".strip()


def percent_words(ratio: float) -> str:
    """Return a ratio in percent; nothing short of certain is shown as 0 or 100 %."""
    if 0 < ratio < 0.001:
        return f"less than 0.1{GAP}%"
    if 0.999 < ratio < 1:
        return f"more than 99.9{GAP}%"
    return f"{number(ratio * 100, 1)}{GAP}%"


def whole(amount: float | Money, result: CaseResult) -> str:
    """Return an amount in whole units with its currency."""
    currency = result.terms.currency
    money = amount if isinstance(amount, Money) else as_money(amount, currency)
    return f"{number(money.amount)}{GAP}{currency}"


def _as_read(written: str) -> str:
    """Return a figure as people read it: thousands apart, and its sign of percent kept to it."""
    if written.endswith("%"):
        return f"{written[:-1].strip()}{GAP}%"
    return f"{ratio_or_number(written):,}"


def _even_words(result: CaseResult, even: BreakEven) -> str:
    terms = result.terms.assumptions[even.driver]
    now = figure_words(even.mean, terms)
    then, change = figure_words(even.value or 0.0, terms), (even.change or 0.0) * 100
    return f"{driver_title(result, even.driver)}: {then} instead of {now} ({change:+.1f}{GAP}%)"


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
