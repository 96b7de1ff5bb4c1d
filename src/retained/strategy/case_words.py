"""A case in words: each assumption, each line, and what came out, for pages and command line.

In   terms of a case, or figures of a run
Out  sentences and rows; no rule is decided here
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from retained.pages.cells import GAP, number
from retained.shared.money import Money
from retained.strategy.engine.case_terms import AssumptionTerms, CaseTerms, LineTerms, Paid
from retained.strategy.engine.result_figures import EvenFigures, OptionFigures

_RANGES = {"uniform": "as likely each", "pert": "smooth", "triangular": "in a triangle"}


@dataclass(frozen=True, slots=True)
class AssumptionRow:
    """One assumption as it is read: its name, what it is worth, and where that comes from."""

    key: str
    title: str
    value: str
    unit: str
    source: str
    on: date | None
    owner: str
    prior: bool


@dataclass(frozen=True, slots=True)
class LineRow:
    """One cost line as it is read."""

    key: str
    title: str
    formula: str
    when: str
    tax: str


@dataclass(frozen=True, slots=True)
class OptionRows:
    """An option with its lines."""

    key: str
    title: str
    is_baseline: bool
    lines: tuple[LineRow, ...]


def named(title: str, key: str) -> str:
    """Return the title that somebody gave, or one made of the key."""
    return title or key.replace("_", " ").capitalize()


def assumption_rows(terms: CaseTerms) -> list[AssumptionRow]:
    """Return every assumption in the order in which they are written."""
    return [
        AssumptionRow(
            key=key,
            title=named(one.title, key),
            value=value_words(one),
            unit=one.unit,
            source=one.source,
            on=one.on,
            owner=one.owner,
            prior=one.prior,
        )
        for key, one in terms.assumptions.items()
    ]


def line_rows(terms: CaseTerms) -> list[OptionRows]:
    """Return every option with its lines, as written."""
    return [
        OptionRows(
            key=key,
            title=option.title,
            is_baseline=key == terms.baseline,
            lines=tuple(_line_row(name, line) for name, line in option.lines.items()),
        )
        for key, option in terms.options.items()
    ]


def value_words(one: AssumptionTerms) -> str:
    """Return what an assumption is worth, in words."""
    kind = one.kind
    if kind == "value":
        return _figure(str(one.value))
    if kind in {"triangular", "pert"}:
        low, mode, high = getattr(one, kind)
        return f"{_figure(low)} to {_figure(high)}, most likely {_figure(mode)}"
    if kind == "uniform":
        low, high = one.uniform or ("", "")
        return f"anything from {_figure(low)} to {_figure(high)}"
    if kind in {"normal", "lognormal"}:
        mean, deviation = getattr(one, kind)
        return f"around {_figure(mean)}, give or take {_figure(deviation)}"
    return _other_words(one)


def _other_words(one: AssumptionTerms) -> str:
    if one.discrete is not None:
        return ", ".join(f"{_figure(value)} at {chance}" for value, chance in one.discrete.items())
    if one.seen is not None:
        return f"as seen {len(one.seen)} times"
    if one.walk is not None:
        return f"a path from {one.walk.start}, {one.walk.volatility} a year"
    if one.event is not None:
        return f"may happen once, {one.event.chance} a year from month {one.event.from_month}"
    if one.count is not None:
        return f"a number around {one.count}"
    return f"= {one.formula}"


def _line_row(key: str, line: LineTerms) -> LineRow:
    return LineRow(
        key=key,
        title=named(line.title, key),
        formula=line.formula,
        when=", ".join(_when(line)),
        tax=_tax(line),
    )


def _when(line: LineTerms) -> Iterator[str]:
    yield "at the start" if line.paid is Paid.AT_START else "monthly"
    if line.once:
        yield "one-off"
    if line.investment:
        yield "investment"
    if line.currency:
        yield f"in {line.currency}"


def _tax(line: LineTerms) -> str:
    return f"{line.tax.rate}, of which {line.tax.recovered} comes back" if line.tax else ""


def _figure(text: str) -> str:
    """Return a figure with its thousands apart; percents as they were written."""
    plain = text.removeprefix("-")
    return number(int(text)) if plain.isdecimal() else text.replace(" %", f"{GAP}%")


def saving_sentence(option: OptionFigures, months: int) -> str:
    """Return in one sentence whether an option pays."""
    value = option.value
    pays = "saves" if value.mean.minor >= 0 else "costs"
    month = option.payback.median
    back = (
        "the money is not back within the term in most draws"
        if month is None
        else "it pays from the start"
        if month == 0
        else f"the money is back for good in month {month} of {months}"
    )
    size = amount(max(value.mean, -value.mean))
    return (
        f"On the mean it {pays} {size} as of the start of the term, "
        f"and saves anything at all in {round(value.chance * 100)} of 100 draws; {back}."
    )


def range_sentence(option: OptionFigures) -> str:
    """Return how far apart the draws lie."""
    value = option.value
    return (
        f"Eight of ten draws lie between {amount(value.p10)} and {amount(value.p90)}; "
        f"the worst twentieth is {amount(value.worst)} on the mean."
    )


def even_words(even: EvenFigures, *, is_percent: bool) -> str:
    """Return what one assumption would have to be for the option to just pay."""
    if even.value is None:
        return "whatever it is, the answer stays"
    then = figure_words(even.value, is_percent=is_percent)
    return then if even.change is None else f"{then} ({even.change * 100:+.0f} %)"


def figure_words(value: float, *, is_percent: bool) -> str:
    """Return a figure of an assumption to four digits: 46,330, 1.833 or 31.8 %."""
    if is_percent:
        return f"{value * 100:.4g}{GAP}%"
    return number(round(value)) if abs(value) >= 1000 else f"{value:.4g}"


def is_percent(one: AssumptionTerms) -> bool:
    """Return whether an assumption is written in percent."""
    return "%" in value_words(one)


def amount(money: Money) -> str:
    """Return an amount in whole units: 948,000 EUR."""
    return f"{number(round(money.amount))} {money.currency}"
