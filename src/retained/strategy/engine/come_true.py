"""A case of which the first months came true: the same case, with what is known in its place.

In   a case, its first month, and what came true
Out  a case that is simulated like any other, with the same streams of chance
Why  docs/methods/living-case.md

Booked amounts are costs as they stand in the ledger: tax that does not come back is in them, and
they are in the case's own currency.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from retained.shared.errors import DomainError
from retained.shared.money import total
from retained.shared.months import Month, months_between
from retained.strategy.engine.booked import Actuals
from retained.strategy.engine.cases import Case, Line, Option, Tax
from retained.strategy.engine.formulas.tree import (
    Array,
    Call,
    Formula,
    Name,
    Node,
    Number,
    Operation,
    Term,
)
from retained.strategy.engine.sources import CameTrue, Driver, Event

# What a case names its own lines by ends in no such words.
BOOKED = " | booked"
BOOKED_AT_START = " | booked at the start"


@dataclass(frozen=True, slots=True)
class _Path:
    """A value for each month, as a function of the formula language."""

    values: tuple[float, ...]

    def __call__(self, term: Term) -> Array:
        return np.array([self.values[: term.months]])


@dataclass(frozen=True, slots=True)
class Place:
    """Where the months that came true end in a term: `months` of them, the last one `through`."""

    first: Month
    through: Month
    months: int

    def of(self, month: Month) -> int:
        """Return the number of a month in the term: 1 for the first one, 0 or less before it."""
        return (month.year - self.first.year) * 12 + month.number - self.first.number + 1


def place_of(case: Case, first: Month, through: Month) -> Place:
    """Return where the actuals of a case end; raises DomainError outside of its term."""
    months = len(months_between(first, through))
    if not 1 <= months <= case.months:
        last = first.plus(case.months - 1)
        raise DomainError(
            f"The term runs from {first.title} to {last.title}: a case is re-run through one of "
            f"these months, and not through {through.title}."
        )
    return Place(first, through, months)


def come_true(case: Case, actuals: Actuals, place: Place) -> Case:
    """Return the case with what came true by the end of `place` in it.

    A line of the mapping is what was booked to it; any other keeps its formula. A driver with
    figures is these, and goes on from them.
    """
    known = actuals.through(place.through)
    return replace(
        case,
        options=tuple(_option(case, option, known, place) for option in case.options),
        drivers=tuple(_driver(one, known.drivers.get(one.id, {}), place) for one in case.drivers),
    )


def is_booked(line: Line, actuals: Actuals) -> bool:
    """Return whether the ledger tells what a line came to.

    What is paid at the start stays as planned until something of it is booked, or it is closed.
    """
    booked = actuals.lines.get(line.id)
    is_told = not line.at_start or bool(booked) or line.id in actuals.closed
    return booked is not None and is_told


def line_behind(name: str) -> str:
    """Return the line of a case that a line of what came true belongs to."""
    return name.removesuffix(BOOKED_AT_START).removesuffix(BOOKED)


def _driver(driver: Driver, seen: Mapping[Month, Decimal], place: Place) -> Driver:
    source = driver.source
    values = tuple(
        None if (value := seen.get(place.first.plus(at))) is None else float(value)
        for at in range(place.months)
    )
    if isinstance(source, CameTrue) or all(value is None for value in values):
        return driver
    if isinstance(source, Event):
        _must_tell_an_event(driver.id, values, place)
        return replace(driver, source=source.told(values))
    return replace(driver, source=CameTrue(source, values))


def _must_tell_an_event(name: str, values: tuple[float | None, ...], place: Place) -> None:
    """Raise DomainError unless figures say of each month whether the event happened in it."""
    odd = [at for at, value in enumerate(values) if value not in {None, 0.0, 1.0}]
    if odd:
        raise DomainError(
            f"“{name}” is an event: its figure is 1 in the month in which it happened, else 0. "
            f"{place.first.plus(odd[0]).title} says {values[odd[0]]:g}: correct it in the file."
        )
    if values.count(1.0) > 1:
        raise DomainError(
            f"“{name}” is an event: it happens once at most, but several months say 1. Leave the "
            "1 in the first of them alone."
        )


def _option(case: Case, option: Option, actuals: Actuals, place: Place) -> Option:
    lines: list[Line] = []
    for line in option.lines:
        if is_booked(line, actuals):
            lines += _booked_lines(case, line, actuals, place)
        else:
            lines.append(line)
    return replace(option, lines=tuple(lines))


def _booked_lines(case: Case, line: Line, known: Actuals, place: Place) -> Iterator[Line]:
    """Yield what stays planned of a line, and what was booked: at the start, and month by month.

    A line that is paid at the start counts there whenever it was booked; what a monthly one was
    charged before the term began counts there, too.
    """
    booked = known.lines[line.id]
    before = [amount for month, amount in booked.items() if line.at_start or place.of(month) < 1]
    paid = float(total(before, case.currency).amount)
    if line.at_start and line.id not in known.closed:
        yield replace(line, formula=_no_less(case, line, paid))
        return
    if not line.at_start:
        yield replace(line, formula=_ahead(line.formula, place))
        by_month = {place.of(month): float(amount.amount) for month, amount in booked.items()}
        path = [by_month.get(number, 0.0) for number in range(1, case.months + 1)]
        yield _known(case, line, tuple(path), at_start=False)
    if before:
        yield _known(case, line, (paid,) * case.months, at_start=True)


def _no_less(case: Case, line: Line, paid: float) -> Formula:
    """Return a formula that never comes to less than what was paid already, in the line's terms."""
    floor: Node = Number(paid / (1 + line.tax.cost))
    names = line.formula.names
    if line.currency != case.currency:
        rate = case.rates[line.currency]
        floor, names = Operation("/", floor, Name(rate)), names | {rate}
    return Formula("", Call("max", _larger, (line.formula.tree, floor)), names)


def _larger(term: Term, first: Array, second: Array) -> Array:
    del term
    return np.maximum(first, second)


def _ahead(formula: Formula, place: Place) -> Formula:
    """Return a formula that is nothing in the months that came true."""
    later = Operation(">", Name("month"), Number(float(place.months)))
    return replace(formula, tree=Operation("*", formula.tree, later))


def _known(case: Case, line: Line, path: tuple[float, ...], *, at_start: bool) -> Line:
    name = line.id + (BOOKED_AT_START if at_start else BOOKED)
    formula = Formula("", Call("booked", _Path(path), ()), frozenset())
    return Line(name, line.title, formula, case.currency, Tax(), at_start=at_start)
