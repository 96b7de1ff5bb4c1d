"""A case in words: each assumption, each line, and what came out, for pages and command line.

In   terms of a case, or figures of a run
Out  sentences and rows; no rule is decided here
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from retained.pages.cells import GAP, number
from retained.shared.money import Money
from retained.strategy.engine.case_terms import (
    AssumptionTerms,
    CaseTerms,
    LineTerms,
    Paid,
    WalkTerms,
    figure,
)
from retained.strategy.engine.option_terms import BenefitTerms, FreedTerms
from retained.strategy.engine.result_figures import (
    EvenFigures,
    ExitFigures,
    OptionFigures,
    ValueFigures,
)

_WITHOUT_FIGURES = {"walk", "event", "count", "formula"}  # kinds that are told by their parts


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
    return f"{_range_words(one)}, each month anew" if one.each_month else _range_words(one)


def _range_words(one: AssumptionTerms) -> str:
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
        low, high = (_figure(find(one.seen, key=figure)) for find in (min, max))
        return f"as seen {len(one.seen)} times, {low} to {high}"
    if one.walk is not None:
        return _walk_words(one.walk)
    if one.event is not None:
        return f"may happen once, {one.event.chance} a year from month {one.event.from_month}"
    if one.count is not None:
        return f"a number around {one.count}"
    return f"= {one.formula}"


def _walk_words(walk: WalkTerms) -> str:
    said = f"a path from {_figure(walk.start)}, {_figure(walk.volatility)} a year"
    return said if figure(walk.drift) == 0 else f"{said}, drifting {_figure(walk.drift)} a year"


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
        f"and saves anything at all in {of_a_hundred(value.chance)} of 100 draws; {back}."
    )


@dataclass(frozen=True, slots=True)
class ValueWords:
    """What an option saves on the mean, or costs more than the baseline, and how often it saves."""

    value: ValueFigures

    @property
    def saves(self) -> bool:
        """Whether it saves on the mean."""
        return self.value.mean.minor >= 0

    @property
    def size(self) -> Money:
        """How much it saves or costs on the mean."""
        return self.value.mean if self.saves else -self.value.mean

    @property
    def chance(self) -> str:
        """In how many of 100 draws it saves."""
        return of_a_hundred(self.value.chance)


def of_a_hundred(chance: float) -> str:
    """Return in how many of 100 draws; what is not certain never reads as 0 or 100."""
    if 0 < chance < 0.005:
        return "fewer than 1"
    if 0.995 < chance < 1:
        return "more than 99"
    return str(round(chance * 100))


def range_sentence(option: OptionFigures) -> str:
    """Return how far apart the draws lie."""
    value = option.value
    return (
        f"Eight of ten draws lie between {amount(value.p10)} and {amount(value.p90)}; "
        f"the worst twentieth is {amount(value.worst)} on the mean."
    )


def exit_sentence(right: ExitFigures, draws: int) -> str:
    """Return what the right to leave is worth, and what is saved with it, of so many `draws`."""
    few = f", over the first {number(right.draws)} draws" if right.draws < draws else ""
    return (
        f"The right to leave is worth {amount(right.worth)} on the mean{few}: it is used in "
        f"{of_a_hundred(right.chance)} of 100 draws, and with it the option saves "
        f"{amount(right.value.mean)} instead of {amount(right.mean_without)}, its worst twentieth "
        f"{amount(right.value.worst)}."
    )


def benefit_size(one: BenefitTerms) -> str:
    """Return how much a benefit is: its mark, or its figure with the unit."""
    return f"{one.figure} {one.unit}" if one.mark is None else f"{one.mark} of 4"


def benefit_words(one: BenefitTerms) -> str:
    """Return a benefit in words: how much, and what."""
    return f"{benefit_size(one)}: {one.words}" if one.words else benefit_size(one)


def freed_size(one: FreedTerms) -> str:
    """Return how many people or hours are freed, and from when on."""
    many = f"{one.people} people" if one.people else f"{one.hours_a_month} hours a month"
    return f"{many} from month {one.from_month}"


def nearest_evens(option: OptionFigures, most: int) -> list[EvenFigures]:
    """Return the assumptions that need the least change for the option to just pay, first."""
    reached = [one for one in option.break_evens if one.change is not None]
    return sorted(reached, key=lambda one: abs(one.change or 0))[:most]


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
    """Return whether the figures of an assumption are written in percent."""
    if one.kind in _WITHOUT_FIGURES:
        return False
    given = getattr(one, one.kind)
    return any("%" in text for text in ([given] if isinstance(given, str) else given))


def amount(money: Money) -> str:
    """Return an amount in whole units: 948,000 EUR."""
    return f"{number(round(money.amount))} {money.currency}"
