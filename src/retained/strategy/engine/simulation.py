"""Monte Carlo of a case: every draw is one way in which it may come out.

In   a checked case, a number of draws and a seed
Out  for each option its present costs by draw and its cash by month; the same seed, the same bytes
Why  docs/methods/business-case.md
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retained.shared.errors import DomainError
from retained.strategy.engine.cases import Case, Line, Option, must_be_sound
from retained.strategy.engine.formulas.tree import Array, Memo, Values
from retained.strategy.engine.streams import Chunk, Streams, in_order, mixing

MOST_DRAWS = 10_000_000
# So many draws by sixty months are a megabyte: what one line needs stays near the processor.
CHUNK_DRAWS = 2_000
# The fan over months needs every month of a draw, and is no finer with more of them.
FAN_DRAWS = 20_000

Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class OptionDraws:
    """What an option costs: `present` by draw, `cash` its mean by month, `lines` by line and month.

    Month 0 is the start of the term. `fan` are the months of the first draws, in full.
    """

    option: Option
    present: Array  # (draws,)
    cash: Array  # (1 + months,)
    lines: dict[str, Array]  # (1 + months,)
    fan: NDArray[np.float32]  # (draws up to FAN_DRAWS, 1 + months)
    leaving: NDArray[np.float32] | None = None  # likewise: what leaving it costs in each month


@dataclass(frozen=True, slots=True)
class TooFew:
    """In so many draws a number of people is below nothing in some month, at the lowest so."""

    draws: int
    lowest: float

    def with_more(self, values: Array, count: int) -> "TooFew":
        """Return it with a chunk of `count` draws, for all of which one row may stand."""
        below = int(np.count_nonzero(values.min(axis=1) < 0))
        draws = below if values.shape[0] == count else below * count
        return TooFew(self.draws + draws, min(self.lowest, float(values.min())))


@dataclass(frozen=True)
class Simulation:
    """All draws of a case."""

    case: Case
    draws: int
    seed: int
    options: dict[str, OptionDraws]
    too_few: dict[str, TooFew]  # of drivers that count people
    shares: dict[str, NDArray[np.float32]]  # of each driver drawn once and not held, by draw

    def saving(self, name: str) -> Array:
        """Return by draw what an option saves against the baseline, as a present value."""
        return self.options[self.case.baseline].present - self.options[name].present

    def saving_by_month(self, name: str) -> Array:
        """Return the months of the first draws: what an option saves in each."""
        base = self.options[self.case.baseline].fan
        return base.astype(np.float64) - self.options[name].fan


def simulate(case: Case, *, draws: int, seed: int, tell: Tell | None = None) -> Simulation:
    """Return the draws of a case; `tell` hears how many are done, and may raise to cancel.

    Raises CaseRefusedError where the case is not sound, DomainError where a line cannot be
    computed.
    """
    must_be_sound(case)
    if not 1 <= draws <= MOST_DRAWS:
        raise DomainError(f"Ask for 1 to {MOST_DRAWS:,} draws, and not for {draws:,}.")
    run = _Run(case, draws)
    mixed = mixing(case.drivers, case.correlations)
    streams = Streams(case.drivers, mixed, seed=seed, term=case.term, held=case.held)
    for start in range(0, draws, CHUNK_DRAWS):
        count = min(CHUNK_DRAWS, draws - start)
        run.add(streams.draw(count), slice(start, start + count))
        if tell is not None:
            tell(start + count, draws)
    return run.ended(seed)


def expected(case: Case) -> Simulation:
    """Return the case with every driver at its mean, in one draw: what a spreadsheet computes."""
    must_be_sound(case)
    run = _Run(case, 1)
    run.add(Chunk(expected_values(case)), slice(0, 1))
    return run.ended(0)


def expected_values(case: Case) -> dict[str, Array]:
    """Return every driver at its mean; an event at its chance, a count at what it is around."""
    values: dict[str, Array] = {}
    for driver in in_order(case.drivers):
        held = case.held.get(driver.id)
        values[driver.id] = (
            driver.source.mean(values, case.term) if held is None else driver.held(held, case.term)
        )
    return values


class _Run:
    """Sums over the chunks of a simulation."""

    def __init__(self, case: Case, draws: int) -> None:
        self._case, self._draws = case, draws
        kept = min(draws, FAN_DRAWS)
        shape = (kept, 1 + case.months)
        self._present = {one.id: np.empty(draws) for one in case.options}
        self._fan = {one.id: np.empty(shape, dtype=np.float32) for one in case.options}
        self._lines = {
            line.id: np.zeros(1 + case.months) for one in case.options for line in one.lines
        }
        self._shares = {
            one.id: np.empty(draws, dtype=np.float32)
            for one in case.drivers
            if one.is_drawn_once and one.id not in case.held
        }
        self._leaving = {
            one.id: np.zeros(shape, dtype=np.float32)
            for one in case.options
            if one.exit is not None
        }
        self._too_few = {one.id: TooFew(0, 0.0) for one in case.drivers if one.counts_people}
        self._discount = discount_factors(case.discount, case.months)

    def add(self, chunk: Chunk, place: slice) -> None:
        """Compute one chunk."""
        count, memo = place.stop - place.start, Memo()
        for option in self._case.options:
            cash = np.zeros((count, 1 + self._case.months))
            # In the order of their names, so that another order of lines changes nothing.
            for line in sorted(option.lines, key=lambda one: one.id):
                amounts = line_amounts(self._case, line, chunk.values, memo)
                months = slice(0, 1) if line.at_start else slice(1, None)
                cash[:, months] += amounts
                summed = _summed(amounts, count)
                if not np.isfinite(summed).all():
                    raise DomainError(_not_finite(self._case, line, amounts))
                self._lines[line.id][months] += summed
            # Not as a product of matrices: that one rounds by the number of rows and processors.
            self._present[option.id][place] = np.einsum("ij,j->i", cash, self._discount)
            room = self._fan[option.id][place]
            # What is too large for the fan is endless in it: its line is refused by name later.
            with np.errstate(over="ignore"):
                room[:] = cash[: len(room)]
                if option.exit is not None and len(room):
                    leaving = option.exit.cost.compute(chunk.values, self._case.term, memo)
                    self._leaving[option.id][place][:, 1:] = leaving[: len(room)]
        for name, found in self._too_few.items():
            self._too_few[name] = found.with_more(chunk.values[name], count)
        for name, own in self._shares.items():
            if name in chunk.shares:
                own[place] = chunk.shares[name][:, 0]

    def ended(self, seed: int) -> Simulation:
        """Return the whole."""
        options = {}
        for option in self._case.options:
            lines = {line.id: self._lines[line.id] / self._draws for line in option.lines}
            cash = np.zeros(1 + self._case.months)
            for amounts in lines.values():
                cash = cash + amounts
            options[option.id] = OptionDraws(
                option,
                self._present[option.id],
                cash,
                lines,
                self._fan[option.id],
                self._leaving.get(option.id),
            )
        too_few = {name: found for name, found in self._too_few.items() if found.draws}
        return Simulation(self._case, self._draws, seed, options, too_few, self._shares)


def discount_factors(rate: float, months: int) -> Array:
    """Return what an amount at the start, and at the end of each month, is worth at the start."""
    return (1 + rate) ** (-np.arange(months + 1) / 12)


def line_amounts(case: Case, line: Line, values: Values, memo: Memo) -> Array:
    """Return what a line costs by draw and month, tax and rate included."""
    amounts = line.formula.compute(values, case.term, memo)
    rate = values[case.rates[line.currency]] if line.currency != case.currency else None
    if line.at_start:
        amounts, rate = amounts[:, :1], None if rate is None else rate[:, :1]
    factor = 1 + line.tax.cost
    if rate is not None:
        amounts = amounts * rate
    if factor != 1:
        amounts = amounts * factor
    return amounts


def _summed(amounts: Array, count: int) -> Array:
    """Return the sum over draws, where one row may stand for all of them."""
    found: Array = amounts.sum(axis=0)
    return found if amounts.shape[0] == count else found * count


def _not_finite(case: Case, line: Line, amounts: Array) -> str:
    wide = np.broadcast_to(amounts, (amounts.shape[0], case.months))
    month = int(np.argmin(np.isfinite(wide).all(axis=0))) + 1
    return (
        f"The line “{line.title}” has no amount in month {month}: its formula divides by nothing, "
        "or takes a root or logarithm of what has none. Look at the drivers that it names."
    )
