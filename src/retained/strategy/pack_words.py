"""What the board pack and its workbook say beside the words of a case's pages.

In   figures of a run, and the terms that it was drawn from
Out  sentences; no rule is decided here
"""

from collections.abc import Sequence

from retained.pages.cells import GAP, number
from retained.strategy.case_words import (
    amount,
    even_words,
    figure_words,
    is_percent,
    named,
    nearest_evens,
    value_words,
)
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.result_figures import OptionFigures, ResultFigures

_MOST_NAMED = 3
_MOST_EVENS = 5


def compared_words(figures: ResultFigures, terms: CaseTerms) -> str:
    """Return what the case compares, over which time."""
    last = figures.first_month.plus(figures.months - 1)
    return (
        f"{figures.baseline_title} is compared with {_listed([x.title for x in figures.options])} "
        f"over {figures.months} months, {figures.first_month.title} to {last.title}. Later money "
        f"counts less, at {terms.discount} a year."
    )


def means_words(option: OptionFigures) -> str:
    """Return what a spreadsheet shows, beside what all draws give on the mean."""
    fixed = option.at_means
    saved = f"save {amount(fixed)}" if fixed.minor >= 0 else f"cost {amount(-fixed)} more"
    return (
        f"With every assumption at its mean, as a spreadsheet counts, it would {saved}; the mean "
        f"of the draws is {amount(option.value.mean)}."
    )


def matters_words(option: OptionFigures) -> str:
    """Return which assumptions move the saving most."""
    if not option.matters:
        return "Every assumption is one figure for sure: nothing moves the saving."
    return f"What matters most: {_listed([f'“{x.title}”' for x in option.matters[:_MOST_NAMED]])}."


def even_lines(option: OptionFigures, terms: CaseTerms) -> list[str]:
    """Return what would have to be true for an option to save nothing, the nearest first."""
    lines = []
    for even in nearest_evens(option, _MOST_EVENS):
        percent = is_percent(terms.assumptions[even.assumption])
        now = figure_words(even.mean, is_percent=percent)
        unit = f", {even.unit}" if even.unit else ""
        lines.append(f"{even.title}: {even_words(even, is_percent=percent)} instead of {now}{unit}")
    return lines


def decided_words(figures: ResultFigures, terms: CaseTerms) -> str:
    """Return which way of each decision the figures rest on; nothing where there is none."""
    taken = [
        f"{named(terms.decisions[key].title, key)}: "
        f"{named(terms.decisions[key].ways[way].title, way)}"
        for key, way in figures.decided.items()
    ]
    return f"The figures rest on these decisions. {'; '.join(taken)}." if taken else ""


def given_words(key: str, figures: ResultFigures, terms: CaseTerms) -> str:
    """Return how an assumption is given, and at what it was held whatever is given."""
    one = terms.assumptions[key]
    if key not in figures.held:
        return value_words(one)
    held = figure_words(figures.held[key], is_percent=is_percent(one))
    given = value_words(one)
    return f"held at {held}" if given == held else f"{given}; held at {held}"


def percent_words(ratio: float) -> str:
    """Return a ratio in percent; nothing short of certain is shown as 0 or 100 %."""
    if 0 < ratio < 0.001:
        return f"less than 0.1{GAP}%"
    if 0.999 < ratio < 1:
        return f"more than 99.9{GAP}%"
    return f"{number(ratio * 100, 1)}{GAP}%"


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
