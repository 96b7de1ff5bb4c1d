"""What moved a living case: each line and driver, as planned and as it came true.

In   the runs of a case as signed and with what came true
Out  how far each line moved the mean saving, the figures of drivers, and what a reader should know
Why  docs/methods/living-case.md
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from retained.shared.money import Money
from retained.shared.remarks import Remark, Severity
from retained.strategy.engine.booked import Actuals
from retained.strategy.engine.case_files import model_of
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.cases import Case, Line
from retained.strategy.engine.come_true import Place, is_booked, line_behind
from retained.strategy.engine.formulas.tree import Array
from retained.strategy.engine.results import as_money
from retained.strategy.engine.simulation import Simulation, discount_factors, expected_values


@dataclass(frozen=True, slots=True)
class LineMove:
    """One line: what was planned of it to date, what it came to, and how far it moved the saving.

    `moved` is the change of the mean saving, as a present value, because of this line: `to_date`
    of it in the months that came true, the rest ahead of them. A line that is not `booked` keeps
    its plan, which figures of drivers may have changed.
    """

    line: str
    title: str
    option: str
    booked: bool
    planned: Money
    came_true: Money
    moved: Money
    to_date: Money

    @property
    def difference(self) -> Money:
        """How much more than planned it has cost to date."""
        return self.came_true - self.planned

    @property
    def ahead(self) -> Money:
        """What it moves in the months that are still to come."""
        return self.moved - self.to_date


@dataclass(frozen=True, slots=True)
class DriverMove:
    """One driver with figures: its mean as signed over the months that came true, and as seen."""

    driver: str
    title: str
    months: int
    planned: float
    seen: float


def in_cents(amount: float, currency: str) -> Money:
    """Return an amount in whole cents; what rounds to nothing has no sign."""
    found = as_money(amount, currency)
    return found or found.zero().rounded()


def line_moves(signed: Simulation, now: Simulation, known: Actuals, place: Place) -> list[LineMove]:
    """Return what each line moved the mean saving by, the widest move first."""
    case = signed.case
    found = [
        _line_move(
            line,
            option.id,
            planned=signed.options[option.id].lines[line.id],
            came=came[line.id],
            case=case,
            known=known,
            place=place,
        )
        for option in case.options
        for came in [_by_line(now, option.id)]
        for line in option.lines
    ]
    return sorted(found, key=lambda one: (-abs(one.moved.amount), one.line))


def _line_move(
    line: Line,
    option: str,
    *,
    planned: Array,
    came: Array,
    case: Case,
    known: Actuals,
    place: Place,
) -> LineMove:
    sign = 1 if option == case.baseline else -1  # what staying costs more is saved more
    moved = sign * (came - planned) * discount_factors(case.discount, case.months)
    to_date = slice(place.months + 1)
    return LineMove(
        line=line.id,
        title=line.title,
        option=option,
        booked=is_booked(line, known),
        planned=in_cents(float(planned[to_date].sum()), case.currency),
        came_true=in_cents(float(came[to_date].sum()), case.currency),
        moved=in_cents(float(moved.sum()), case.currency),
        to_date=in_cents(float(moved[to_date].sum()), case.currency),
    )


def _by_line(now: Simulation, option: str) -> dict[str, Array]:
    """Return what each line of the case costs by month: booked and planned parts as one."""
    found: dict[str, Array] = {}
    for name, cash in now.options[option].lines.items():
        line = line_behind(name)
        found[line] = found[line] + cash if line in found else cash
    return found


def driver_moves(terms: CaseTerms, known: Actuals, place: Place) -> Iterator[DriverMove]:
    """Yield every driver with figures: what was assumed in their months, and what was seen."""
    case = model_of(terms)
    assumed = expected_values(case)
    for name in sorted(known.drivers.keys() & assumed.keys()):
        numbers = {place.of(month): value for month, value in known.drivers[name].items()}
        within = [number for number in sorted(numbers) if number >= 1]
        if within:
            path = np.broadcast_to(assumed[name], (1, case.months))[0]
            yield DriverMove(
                driver=name,
                title=terms.assumptions[name].title or name,
                months=len(within),
                planned=float(np.mean([path[number - 1] for number in within])),
                seen=float(np.mean([float(numbers[number]) for number in within])),
            )


def remarks_on(case: Case, chosen: str, known: Actuals, place: Place) -> Iterator[Remark]:
    """Yield what a reader of the result should know of the actuals that it rests on."""
    if known.unmapped:
        accounts = ", ".join(known.unmapped)
        noun = "account" if len(known.unmapped) == 1 else "accounts"
        sentence = f"{known.unmapped_total} belongs to no line: map the {noun} {accounts}."
        yield Remark(Severity.WARNING, "unmapped", sentence)
    for line in case.option(chosen).lines:
        if not is_booked(line, known):
            why = (
                "nothing is booked to it yet"
                if line.id in known.lines
                else "no account is mapped to it"
            )
            yield Remark(Severity.NOTE, "planned", f"“{line.title}” keeps its plan: {why}.")
    months = set(known.months)
    inside = [place.first.plus(number) for number in range(place.months)]
    if months:
        for month in inside:
            if month not in months:
                sentence = f"Nothing is booked in {month.title}: is a file missing?"
                yield Remark(Severity.WARNING, "gap", sentence)
    for name, seen in sorted(known.drivers.items()):
        gaps = [month.title for month in inside if month not in seen]
        if gaps:
            sentence = f"{name} has no figure for {', '.join(gaps)}: there the assumption stands."
            yield Remark(Severity.NOTE, "gap", sentence)
