"""What a page shows of a result: money and numbers, whether just computed or read again.

In   figures that were rounded once
Out  frozen values by option, line and assumption
Why  docs/methods/business-case.md
"""

from collections.abc import Mapping
from dataclasses import dataclass

from retained.shared.money import Money
from retained.shared.months import Month
from retained.strategy.engine.budget_bridge import Bridge
from retained.strategy.engine.decisions import Effect
from retained.strategy.engine.option_terms import BenefitTerms, FreedTerms
from retained.strategy.engine.outcomes import Payback, Value
from retained.strategy.engine.results import Year, as_money


@dataclass(frozen=True, slots=True)
class ValueFigures:
    """The present value of a saving: its mean, quantiles, worst twentieth and chance."""

    mean: Money
    p10: Money
    p50: Money
    p90: Money
    worst: Money
    chance: float
    error: float


def value_figures(value: Value, currency: str) -> ValueFigures:
    """Return the figures of a saving in whole cents."""
    return ValueFigures(
        mean=as_money(value.mean, currency),
        p10=as_money(value.p10, currency),
        p50=as_money(value.p50, currency),
        p90=as_money(value.p90, currency),
        worst=as_money(value.worst, currency),
        chance=value.chance,
        error=value.error,
    )


@dataclass(frozen=True, slots=True)
class SwingFigures:
    """What an assumption moves: rank correlation, mean saving in its lowest and highest tenth."""

    assumption: str
    title: str
    rank: float
    low: Money
    high: Money

    @property
    def width(self) -> Money:
        """How far the mean saving moves between the two tenths."""
        return max(self.high - self.low, self.low - self.high)


@dataclass(frozen=True, slots=True)
class EvenFigures:
    """The value of an assumption at which the median saving is nothing, if there is one."""

    assumption: str
    title: str
    unit: str
    mean: float
    value: float | None
    change: float | None


@dataclass(frozen=True, slots=True)
class LineFigures:
    """What a line costs on the mean; `line` is its key within its option.

    `present` is worth so much at the start, `paid` is the plain sum; below nothing: an income.
    """

    line: str
    title: str
    once: bool
    present: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class ExitFigures:
    """What the right to exit is worth, the share of draws that use it by month, and the saving.

    All are of the first `draws` of a run, which may be fewer than those of the option's value.
    """

    to: str
    draws: int
    worth: Money
    error: Money
    used: Mapping[int, float]
    value: ValueFigures  # of the saving where the right is used

    @property
    def chance(self) -> float:
        """In which share of the draws it is used at all."""
        return sum(self.used.values())

    @property
    def mean_without(self) -> Money:
        """What the option saves on the mean of the same draws where the right is not used."""
        return self.value.mean - self.worth


@dataclass(frozen=True, slots=True)
class Fan:
    """Quantiles of the sum of savings up to each month, month 0 being the start.

    `amounts` holds one row of months for each of `shares`.
    """

    shares: tuple[float, ...]
    amounts: tuple[tuple[Money, ...], ...]


@dataclass(frozen=True, slots=True)
class OptionFigures:
    """An option against the baseline."""

    id: str
    title: str
    at_means: Money
    value: ValueFigures
    payback: Payback
    years: tuple[Year, ...]
    matters: tuple[SwingFigures, ...]
    lines: tuple[LineFigures, ...]
    fan: Fan
    break_evens: tuple[EvenFigures, ...]
    bridge: tuple[Bridge, ...]
    decisions: tuple[Effect, ...]
    exit: ExitFigures | None
    benefits: tuple[BenefitTerms, ...]
    freed: tuple[FreedTerms, ...]


@dataclass(frozen=True, slots=True)
class ResultFigures:
    """A result as it is shown."""

    reference: str
    title: str
    currency: str
    first_month: Month
    months: int
    draws: int
    seed: int
    rules: str
    held: dict[str, float]  # assumptions at one value, whatever the case says of them
    decided: dict[str, str]  # the way taken of each decision
    assumptions: int
    priors: int
    rests_on: str
    baseline: str
    baseline_title: str
    baseline_lines: tuple[LineFigures, ...]
    options: tuple[OptionFigures, ...]

    @property
    def lines(self) -> dict[str, tuple[LineFigures, ...]]:
        """The lines of every option by its id, the baseline's among them, the dearest first."""
        every = {self.baseline: self.baseline_lines, **{one.id: one.lines for one in self.options}}
        return {
            key: tuple(sorted(lines, key=lambda one: (-one.present.amount, one.title)))
            for key, lines in every.items()
        }

    def title_of(self, name: str) -> str:
        """Return the title of an option; raises KeyError."""
        return self.baseline_title if name == self.baseline else self.option(name).title

    def option(self, name: str) -> OptionFigures:
        """Return an option; raises KeyError."""
        for one in self.options:
            if one.id == name:
                return one
        raise KeyError(name)
