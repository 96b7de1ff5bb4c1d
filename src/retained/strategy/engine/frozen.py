"""Draws that stay the same for every try: what a tried value leaves alone is computed once.

In   a case, and one of its drivers with a value to try
Out  what an option saves in each draw, as a run of the case with the driver held there gives it
Why  docs/methods/business-case.md
"""

from collections.abc import Iterator

import numpy as np

from retained.strategy.engine.cases import Case, Line, must_be_sound
from retained.strategy.engine.formulas.tree import Array, Memo, Values
from retained.strategy.engine.simulation import discount_factors, line_amounts
from retained.strategy.engine.streams import Chunk, Streams, mixing


class FrozenDraws:
    """Some draws of a case, kept with what each line costs in them at the start."""

    def __init__(self, case: Case, *, draws: int, seed: int) -> None:
        must_be_sound(case)
        mixed = mixing(case.drivers, case.correlations)
        self._case, self._draws = case, draws
        self._factors = discount_factors(case.discount, case.months)
        self._streams = Streams(case.drivers, mixed, seed=seed, term=case.term, held=case.held)
        self._chunk = self._streams.draw(draws)
        self._present = self._presents(self._lines(), self._chunk.values)
        self._tries: dict[str, tuple[frozenset[str], list[Line]]] = {}

    def saving(self, option: str, driver: str, value: float) -> Array:
        """Return by draw what an option saves where a driver has this value in all of them.

        Infinite or no number where a line has no amount.
        """
        moved, lines = self._moved_by(driver)
        again = self._again(driver, value, moved)
        present = {**self._present, **self._presents(lines, again.values)}
        base, other = (
            sum((present[line.id] for line in self._case.option(name).lines), np.zeros(self._draws))
            for name in (self._case.baseline, option)
        )
        with np.errstate(invalid="ignore"):
            return np.asarray(base - other)

    def _lines(self) -> list[Line]:
        return [line for option in self._case.options for line in option.lines]

    def _moved_by(self, driver: str) -> tuple[frozenset[str], list[Line]]:
        """Return the drivers that follow from one, and the lines that name any of them."""
        if driver not in self._tries:
            moved = {driver}
            for one in self._streams.drivers:  # each comes after those that it needs
                if one.source.needs & moved:
                    moved.add(one.id)
            lines = [line for line in self._lines() if self._names(line) & moved]
            self._tries[driver] = frozenset(moved), lines
        return self._tries[driver]

    def _names(self, line: Line) -> frozenset[str]:
        rate = self._case.rates.get(line.currency)
        return line.formula.names | ({rate} if rate else set())

    def _again(self, driver: str, value: float, moved: frozenset[str]) -> Chunk:
        """Return the draws with one driver at a value, and with what follows from it."""
        held = {one.id: one for one in self._streams.drivers}[driver].held(value, self._case.term)
        return self._streams.again(self._chunk, {driver: held}, moved - {driver})

    def _presents(self, lines: list[Line], values: Values) -> dict[str, Array]:
        return dict(self._each(lines, values))

    def _each(self, lines: list[Line], values: Values) -> Iterator[tuple[str, Array]]:
        memo = Memo()
        for line in lines:
            amounts = line_amounts(self._case, line, values, memo)
            factors = self._factors[:1] if line.at_start else self._factors[1:]
            with np.errstate(invalid="ignore"):
                found = (amounts * factors).sum(axis=1)
            yield line.id, np.broadcast_to(found, (self._draws,))
