"""A business case as it is computed: options, their cost lines, and the drivers below them.

In   lines as formulas over drivers, with tax and currency
Out  one checked model, or everything that is wrong with it at once
Why  docs/methods/business-case.md
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from retained.shared.errors import DomainError
from retained.shared.remarks import Place, RefusedError, Remark, Severity
from retained.strategy.engine.formulas.reading import CALENDAR
from retained.strategy.engine.formulas.tree import Formula, Term
from retained.strategy.engine.sources import Driver, Event
from retained.strategy.engine.streams import Correlation, in_order, mixing

LONGEST_TERM = 240  # months
MOST_DRIVERS = 500
MOST_LINES = 500
SIGNATURES = 2  # people who stand behind an option before it is frozen


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax on a line, of which a part comes back: a bank recovers little of the VAT on a fee.

    `rate` and `recovered` are ratios; what does not come back is a cost.
    """

    rate: float = 0.0
    recovered: float = 1.0

    @property
    def cost(self) -> float:
        """The share that a line grows by."""
        return self.rate * (1 - self.recovered)


@dataclass(frozen=True, slots=True)
class Line:
    """A cost of an option in each month, before tax, in a currency; income is below nothing.

    A line `at_start` is paid once, on the day on which the term begins.
    """

    id: str
    title: str
    formula: Formula
    currency: str
    tax: Tax = Tax()
    at_start: bool = False


@dataclass(frozen=True, slots=True)
class Exit:
    """A right to leave an option at the end of one of these months, for what `cost` says then.

    From the next month on the monthly lines of the option `to` are paid. The cost is in the case's
    currency, and paid in the month in which one leaves.
    """

    months: tuple[int, ...]
    cost: Formula
    to: str


@dataclass(frozen=True, slots=True)
class Option:
    """One way to do it."""

    id: str
    title: str
    lines: tuple[Line, ...]
    exit: Exit | None = None


@dataclass(frozen=True)
class Case:
    """A business case: options over a term, in one currency.

    `baseline` names the option that the others are compared with. `rates` name the driver that
    says what one unit of another currency is worth. `discount` is the yearly rate: a month's
    amount counts as paid at its end, and what is paid at the start is not discounted. `held` are
    drivers at one value, whatever their source says; the chance of all others stays as it is.
    `decided` names the ways of decisions that were taken where the terms rest on another.
    """

    title: str
    currency: str
    months: int
    discount: float
    options: tuple[Option, ...]
    baseline: str
    drivers: tuple[Driver, ...]
    correlations: tuple[Correlation, ...] = ()
    rates: dict[str, str] = field(default_factory=dict)
    held: dict[str, float] = field(default_factory=dict)
    decided: dict[str, str] = field(default_factory=dict)

    @cached_property
    def term(self) -> Term:
        """The months of the case."""
        return Term(self.months)

    def option(self, name: str) -> Option:
        """Return an option; raises KeyError."""
        return next(one for one in self.options if one.id == name)

    @property
    def others(self) -> tuple[Option, ...]:
        """The options that are compared with the baseline."""
        return tuple(one for one in self.options if one.id != self.baseline)


class CaseRefusedError(RefusedError):
    """A case cannot be computed; `remarks` say all that is wrong with it."""

    heading = "The case cannot be computed"


def must_be_sound(case: Case) -> None:
    """Raise CaseRefusedError with everything that is wrong with a case."""
    remarks = [
        Remark(Severity.ERROR, "case", sentence, Place(column=column))
        for column, sentence in _faults(case)
    ]
    if remarks:
        raise CaseRefusedError(remarks)


def _faults(case: Case) -> Iterator[tuple[str, str]]:
    if not 1 <= case.months <= LONGEST_TERM:
        yield "months", f"A term has 1 to {LONGEST_TERM} months, and not {case.months}."
    if case.discount <= -1:
        yield "discount", "A discount rate must be above -100 %."
    if len(case.drivers) > MOST_DRIVERS:
        yield (
            "drivers",
            f"A case has at most {MOST_DRIVERS} drivers: {len(case.drivers):,} are given.",
        )
        return
    yield from _of_options(case)
    yield from _of_drivers(case)
    yield from _of_lines(case)


def _of_options(case: Case) -> Iterator[tuple[str, str]]:
    names = [one.id for one in case.options]
    if len(names) < 2:
        yield "options", "A case compares at least two options, such as staying and an offer."
    yield from (("options", f"“{name}” is there twice.") for name in _twice(names))
    if case.baseline not in names:
        yield "baseline", f"“{case.baseline}” is no option: name the one to compare with."


def _of_drivers(case: Case) -> Iterator[tuple[str, str]]:
    names = [one.id for one in case.drivers]
    yield from (("drivers", f"“{name}” is there twice.") for name in _twice(names))
    known = set(names) | CALENDAR
    for driver in case.drivers:
        for unknown in sorted(driver.source.needs - known):
            yield driver.id, f"“{unknown}” is no driver of this case."
        yield from ((driver.id, sentence) for sentence in driver.source.faults())
    yield from _of_held(case)
    try:
        in_order(case.drivers)
        mixing(case.drivers, case.correlations)
    except DomainError as error:
        yield "drivers", str(error)


def _of_held(case: Case) -> Iterator[tuple[str, str]]:
    sources = {driver.id: driver.source for driver in case.drivers}
    for name, value in sorted(case.held.items()):
        if name not in sources:
            yield name, f"“{name}” is no driver of this case: it cannot be held at {value:g}."
        elif isinstance(sources[name], Event) and value != 0:
            yield name, f"“{name}” is an event: it can only be held at 0, so that it never happens."
        elif not math.isfinite(value):
            yield name, f"“{name}” must be held at a finite number."


def _of_lines(case: Case) -> Iterator[tuple[str, str]]:
    known = {driver.id for driver in case.drivers} | CALENDAR
    lines = [line for option in case.options for line in option.lines]
    if len(lines) > MOST_LINES:
        yield "lines", f"A case has at most {MOST_LINES} lines: {len(lines):,} are given."
        return
    yield from (("lines", f"“{name}” is there twice.") for name in _twice([x.id for x in lines]))
    for line in lines:
        for unknown in sorted(line.formula.names - known):
            yield line.id, f"“{unknown}” is no driver of this case."
        if not 0 <= line.tax.rate <= 1 or not 0 <= line.tax.recovered <= 1:
            yield line.id, "A tax rate, and the share that comes back, lie between 0 and 100 %."
        yield from _of_currency(case, line, known)
    for option in case.options:
        if option.exit is not None:
            yield from _of_exit(case, option.id, option.exit, known)


def _of_exit(case: Case, name: str, leave: Exit, known: set[str]) -> Iterator[tuple[str, str]]:
    if leave.to == name or leave.to not in {one.id for one in case.options}:
        yield name, f"Who leaves {name} goes on with another option: “{leave.to}” is none."
    if not leave.months or not all(1 <= month < case.months for month in leave.months):
        yield name, f"Leave {name} in a month before the last of the term, which is {case.months}."
    for unknown in sorted(leave.cost.names - known):
        yield name, f"“{unknown}” is no driver of this case: leaving {name} needs it."


def _of_currency(case: Case, line: Line, known: set[str]) -> Iterator[tuple[str, str]]:
    if line.currency == case.currency:
        return
    rate = case.rates.get(line.currency)
    if rate is None:
        sentence = f"This line is in {line.currency}, the case in {case.currency}: give the case "
        yield line.id, f"{sentence}a dated rate for {line.currency}."
    elif rate not in known:
        yield line.id, f"The rate for {line.currency} is “{rate}”, which is no driver of this case."


def _twice(names: Sequence[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})
