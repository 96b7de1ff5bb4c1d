"""What the right to leave an option is worth: E[max(stay, leave)] - E[stay], by regression.

In   a simulation of a case, and an option with a right to exit
Out  its value at the start, how often and when it is used, and what the option then saves
Why  docs/methods/right-to-exit.md

Longstaff and Schwartz, Valuing American Options by Simulation, Review of Financial Studies 14
(2001). Who decides knows what was paid so far and no more: the rule is fitted on one half of the
draws and judged on the other, so that no draw knows its own future.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from retained.shared.errors import DomainError
from retained.strategy.engine.formulas.tree import Array
from retained.strategy.engine.outcomes import Value, value_of
from retained.strategy.engine.simulation import OptionDraws, Simulation, discount_factors

_LOOKS_BACK = 12  # months
_CUT = 1e-9  # below it a direction of the state says nothing


@dataclass(frozen=True, slots=True)
class RightToExit:
    """The worth of a right at the start of the term; `used` is the share of draws by month.

    `error` is the standard error of `worth`. `with_right` is the saving of the option where the
    right is used by the rule. All are of the first `draws`.
    """

    to: str
    draws: int
    worth: float
    error: float
    used: Mapping[int, float]
    with_right: Value

    @property
    def chance(self) -> float:
        """In which share of the draws it is used at all."""
        return sum(self.used.values())


def right_to_exit(simulation: Simulation, name: str) -> RightToExit | None:
    """Return what the right to exit of an option is worth; nothing where it has none."""
    run = simulation.options[name]
    leave = run.option.exit
    if leave is None or run.leaving is None:
        return None
    factors = discount_factors(simulation.case.discount, simulation.case.months)
    own, other = (one.fan * factors for one in (run, simulation.options[leave.to]))
    paths = _Paths(own, other, _leaving(run) * factors, _seen(simulation, run, leave.to))
    worth, left_at = _followed(paths, leave.months)
    if worth.mean() < 0:  # a rule that only chance suggested: who may stay, stays
        worth, left_at = np.zeros_like(worth), np.zeros_like(left_at)
    saving = simulation.saving(name)[: len(worth)] + worth
    return RightToExit(
        to=leave.to,
        draws=len(worth),
        worth=float(worth.mean()),
        error=float(worth.std() / np.sqrt(len(worth))),
        used={
            month: float(np.mean(left_at == month))
            for month in leave.months
            if np.any(left_at == month)
        },
        with_right=value_of(saving),
    )


@dataclass(frozen=True, slots=True)
class _Paths:
    """The first draws month by month: present costs of both ways and of leaving, and the state."""

    own: Array
    other: Array
    leaving: Array
    seen: Array  # (draws, 1 + months, what is seen)


def _leaving(run: OptionDraws) -> Array:
    found = np.asarray(run.leaving, dtype=np.float64)
    if not np.isfinite(found).all():
        raise DomainError(
            f"Leaving “{run.option.title}” has no cost in some month: its formula divides by "
            "nothing, or takes a root or logarithm of what has none."
        )
    return found


def _seen(simulation: Simulation, run: OptionDraws, to: str) -> Array:
    """Return what is known at the end of each month: the past year and the month, both ways."""
    own = run.fan.astype(np.float64)
    ahead = own - simulation.options[to].fan
    return np.stack([_past_year(ahead), ahead, _past_year(own)], axis=2)


def _past_year(cash: Array) -> Array:
    """Return the mean of the last twelve months, or of as many as there are; none at the start."""
    so_far = np.cumsum(cash[:, 1:], axis=1)
    found = np.zeros_like(cash)
    found[:, 1:] = so_far
    found[:, 1 + _LOOKS_BACK :] -= so_far[:, :-_LOOKS_BACK]
    return found / np.clip(np.arange(cash.shape[1]), 1, _LOOKS_BACK)


def _followed(paths: _Paths, months: tuple[int, ...]) -> tuple[Array, NDArray[np.int64]]:
    """Return by draw what the rule saves, and the month in which it leaves (0 for never)."""
    after = _after(paths.own)
    later = after[:, months[-1]]
    left_at = np.zeros(len(later), dtype=np.int64)
    then = _after(paths.other)
    next_month = months[-1]
    for month in reversed(months):
        # What is paid between this month and the next one to decide in comes on top.
        later = later + after[:, month] - after[:, next_month]
        leaves = paths.leaving[:, month] + then[:, month]
        goes = _expected_gain(later - leaves, paths.seen[:, month]) > 0
        later = np.where(goes, leaves, later)
        left_at = np.where(goes, month, left_at)
        next_month = month
    return after[:, months[0]] - later, left_at


def _after(cash: Array) -> Array:
    """Return what is paid after each month until the term ends."""
    found = np.zeros_like(cash)
    found[:, :-1] = np.cumsum(cash[:, :0:-1], axis=1)[:, ::-1]
    return found


def _expected_gain(gain: Array, seen: Array) -> Array:
    """Return what leaving is expected to gain, seen what is: each half by the other's rule."""
    basis = _basis(seen)
    found = np.empty(len(gain))
    even = np.arange(len(gain)) % 2 == 0
    for fitted, judged in ((even, ~even), (~even, even)):
        found[judged] = _in_line(basis[fitted], gain[fitted], basis[judged])
    return found


def _in_line(basis: Array, gain: Array, judged: Array) -> Array:
    """Return a least-squares fit at other places."""
    if not len(gain):
        return np.zeros(len(judged))
    # Not as a product of matrices: that one rounds by the number of rows and processors.
    products = np.einsum("ni,nj->ij", basis, basis) / len(gain)
    wanted = np.einsum("ni,n->i", basis, gain) / len(gain)
    weights = np.linalg.lstsq(products, wanted, rcond=_CUT)[0]
    return np.asarray(np.einsum("ni,i->n", judged, weights), dtype=np.float64)


def _basis(seen: Array) -> Array:
    """Return 1, what is seen, and its squares and products; each of a like size."""
    spread = seen.std(axis=0)
    known = (seen - seen.mean(axis=0))[:, spread > 0] / spread[spread > 0]
    pairs = combinations_with_replacement(range(known.shape[1]), 2)
    squares = [known[:, first] * known[:, second] for first, second in pairs]
    return np.column_stack([np.ones(len(seen)), known, *squares])
