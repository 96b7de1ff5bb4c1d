"""The living case: what was signed, re-run with what came true, and the lines that moved it.

In   a signed case, the option that was chosen, and actuals through a month
Out  the value as signed and as it now stands; what each line planned, came to, and moved
Why  docs/methods/living-case.md

Both runs draw from the same streams, so that all between them comes from the actuals.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from retained.shared.errors import DomainError
from retained.shared.money import Money, total
from retained.shared.months import Month
from retained.shared.remarks import Remark
from retained.strategy.engine.booked import Actuals
from retained.strategy.engine.case_files import model_of, with_lines
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.cases import Case
from retained.strategy.engine.come_true import (
    Place,
    come_true,
    place_of,
)
from retained.strategy.engine.moves import (
    DriverMove,
    LineMove,
    driver_moves,
    in_cents,
    line_moves,
    remarks_on,
)
from retained.strategy.engine.outcomes import Value, value_of
from retained.strategy.engine.simulation import (
    Simulation,
    Tell,
    simulate,
)

_WORDS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MonthCost:
    """What the chosen option cost up to the end of a month; of month 0, the start of the term."""

    month: Month | None
    planned: Money
    came_true: Money


@dataclass(frozen=True, slots=True)
class Standing:
    """What the saving was worth as it stood after a month; before the first one, as signed."""

    month: Month | None
    value: Value


@dataclass(frozen=True)
class Living:
    """A case after some of its months came true."""

    terms: CaseTerms
    chosen: str
    place: Place
    draws: int
    seed: int
    actuals: Actuals
    signed: Value
    now: Value
    lines: tuple[LineMove, ...]  # what moved the saving most comes first
    drivers: tuple[DriverMove, ...]
    months: tuple[MonthCost, ...]
    history: tuple[Standing, ...]
    remarks: tuple[Remark, ...]

    @property
    def moved(self) -> Money:
        """How far the mean saving has moved."""
        return in_cents(self.now.mean - self.signed.mean, self.terms.currency)

    @property
    def rest(self) -> Money:
        """What rounding the lines to whole cents leaves of it."""
        return self.moved - total((line.moved for line in self.lines), self.terms.currency)

    @property
    def sentence(self) -> str:
        """The result in a sentence."""
        count = self.place.months
        after = "one month" if count == 1 else f"{number_word(count)} months"
        signed, now = (f"{round(100 * one.chance)} %" for one in (self.signed, self.now))
        verb = "still stands" if signed == now else "stands"
        return f"Signed at {signed}; after {after} it {verb} at {now}."


def run_living(
    terms: CaseTerms,
    actuals: Actuals,
    *,
    chosen: str,
    through: Month,
    draws: int,
    seed: int,
    with_history: bool = True,
    tell: Tell | None = None,
) -> Living:
    """Return the case as it stands after the month `through`.

    `tell` hears how many draws of all runs are done, and may raise to cancel. Raises DomainError
    outside of the term, and where nothing is known of that month.
    """
    # What was booked counts, also to a line that the signed ways of its decisions do without.
    case = _compared(with_lines(model_of(terms), terms, actuals.lines), chosen)
    place = place_of(case, terms.first_month, through)
    known = actuals.through(through)
    _must_know(known, through)
    earlier = [
        replace(place, through=place.first.plus(n - 1), months=n) for n in range(1, place.months)
    ]
    runs = _Runs(draws, seed, 2 + len(earlier) * with_history, tell)
    signed, now = runs.run(case), runs.run(come_true(case, known, place))
    history = [Standing(None, value_of(signed.saving(chosen)))]
    for one in earlier if with_history else ():
        again = runs.run(come_true(case, known, one))
        history.append(Standing(one.through, value_of(again.saving(chosen))))
    history.append(Standing(through, value_of(now.saving(chosen))))
    return Living(
        terms=terms,
        chosen=chosen,
        place=place,
        draws=draws,
        seed=seed,
        actuals=known,
        signed=history[0].value,
        now=history[-1].value,
        lines=tuple(line_moves(signed, now, known, place)),
        drivers=tuple(driver_moves(terms, known, place)),
        months=tuple(_months(signed, now, chosen, place)),
        history=tuple(history),
        remarks=tuple(remarks_on(case, chosen, known, place)),
    )


@dataclass
class _Runs:
    """Simulations in a row, and one account of how far they are."""

    draws: int
    seed: int
    count: int
    tell: Tell | None
    done: int = 0

    def run(self, case: Case) -> Simulation:
        """Return the draws of a case."""
        found = simulate(case, draws=self.draws, seed=self.seed, tell=self._telling())
        self.done += self.draws
        return found

    def _telling(self) -> Callable[[int, int], None] | None:
        tell = self.tell
        if tell is None:
            return None
        before, whole = self.done, self.draws * self.count
        return lambda done, _: tell(before + done, whole)


def _compared(case: Case, chosen: str) -> Case:
    """Return the case with nothing but the chosen option and the baseline: others move nothing."""
    # Nor does a right to leave: it may lead to one of the others.
    kept = tuple(
        replace(one, exit=None) for one in case.options if one.id in {chosen, case.baseline}
    )
    if chosen == case.baseline or len(kept) < 2:
        others = ", ".join(one.id for one in case.others)
        raise DomainError(
            f"“{chosen}” is not an option that is compared with {case.baseline}: choose one of "
            f"{others}."
        )
    return replace(case, options=kept)


def _must_know(known: Actuals, through: Month) -> None:
    figures = (month for seen in known.drivers.values() for month in seen)
    if through not in {*known.months, *figures}:
        raise DomainError(
            f"Nothing is known of {through.title}: give its ledger, or re-run through an earlier "
            "month."
        )


def _months(signed: Simulation, now: Simulation, chosen: str, place: Place) -> Iterator[MonthCost]:
    currency = signed.case.currency
    planned, came = (np.cumsum(run.options[chosen].cash) for run in (signed, now))
    for number in range(place.months + 1):
        month = place.first.plus(number - 1) if number else None
        yield MonthCost(
            month,
            in_cents(float(planned[number]), currency),
            in_cents(float(came[number]), currency),
        )


def number_word(number: int) -> str:
    """Return a small number in letters, as a sentence has it; larger ones in digits."""
    return _WORDS[number] if number < len(_WORDS) else str(number)
