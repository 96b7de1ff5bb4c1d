"""Words around figures: how a figure is written, what it proves, what is left to lose.

A share is never rounded across a level that it misses: 94.96 % against at least 95 % is not
"95.0 %", nor is 5.045 % against at most 5 % "5.0 %".
"""

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from retained.contracts.engine.targets import TargetUnit, parse_target
from retained.pages.cells import GAP, duration_text, number
from retained.shared.months import Month

PERCENT, SECONDS, TICKETS = "percent", "seconds", "tickets"
_FEW = 10
_SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def figure_words(
    figure: Decimal | None,
    unit: str,
    *,
    levels: tuple[Decimal, ...] = (),
    lower_is_better: bool = False,
) -> str:
    """Return a figure (percent, open seconds or tickets) as pages write it."""
    if figure is None:
        return "–"
    if unit == SECONDS:
        return duration_text(int(figure))
    if unit == TICKETS:
        return number(figure, 0 if figure == figure.to_integral_value() else 1)
    return f"{number(figure, _places(figure, levels, lower_is_better=lower_is_better))}{GAP}%"


def level_words(level: Decimal | None, unit: str) -> str:
    """Return an expected or minimum level: 95 %, 8 h, 40 tickets."""
    if level is None:
        return ""
    if unit != PERCENT:
        return figure_words(level, unit)
    return f"{number(level, max(-int(level.normalize().as_tuple().exponent), 0))}{GAP}%"


def target_words(target: str) -> str:
    """Return a target as pages write it beside a clock: 8 h, 1 h 30 m, 3 working days."""
    meant = parse_target(target)
    return duration_text(meant.amount) if meant.unit is TargetUnit.SECONDS else str(meant)


def short_month(month: Month) -> str:
    """Return a month as an axis writes it: Oct 26."""
    return month.first_day.strftime("%b %y")


def proof_words(counted: int, low: str, high: str) -> str:
    """Return what so many tickets prove about the true share."""
    if not counted or not low:
        return ""
    said = _SMALL_NUMBERS[counted] if counted < _FEW else f"{counted:,}"
    tickets = f"{said} ticket{'' if counted == 1 else 's'}"
    if counted < _FEW:
        proves = "proves" if counted == 1 else "prove"
        return (
            f"{tickets.capitalize()} {proves} little: with 95{GAP}% confidence the true "
            f"share may lie anywhere between {_bound(low)} and {_bound(high)}{GAP}%."
        )
    return (
        f"{tickets}: with 95{GAP}% confidence the true share lies between {_bound(low)} and "
        f"{_bound(high)}{GAP}%."
    )


@dataclass(frozen=True, slots=True)
class Promise:
    """What a share is held against, in percent, and on which side of it the misses lie."""

    expected: Decimal
    minimum: Decimal | None = None
    lower_is_better: bool = False


def left_words(promise: Promise, *, hits: int, counted: int, bears: int | None = None) -> str:
    """Return what a running month can still bear, or what would bring it back to each level.

    `hits` are the tickets that the share counts: those met, or of a share that shall be low, those
    that raise it. `bears` is how many more misses it can bear, where that was worked out before.
    """
    if bears is None:
        bears = misses_to_bear(promise, hits, counted)
    beyond = _beyond(promise)
    if bears is not None:
        if bears == 0:
            return f"The next miss takes it {beyond} expected at this volume."
        more = f"{bears:,} more miss{'' if bears == 1 else 'es'}"
        return f"It bears {more} at this volume; one beyond that takes it {beyond} expected."
    back = _back(promise, promise.expected, hits, counted)
    if not back:
        return ""
    said = f"It stands {beyond} expected: {back}"
    minimum = promise.minimum
    more = _back(promise, minimum, hits, counted) if minimum is not None else ""
    return f"{said} It stands {beyond} the minimum as well: {more}" if more else said


def misses_to_bear(promise: Promise, hits: int, counted: int) -> int | None:
    """Return how many more misses a share that shall be low can bear; None where it fell."""
    share = promise.expected / 100
    if not promise.lower_is_better or not 0 < share < 1 or hits > share * counted:
        return None
    return math.floor((share * counted - hits) / (1 - share))


def met_to_recover(met: int, counted: int, expected: Decimal) -> int | None:
    """Return how many tickets in a row must be met until the share is as expected."""
    if not 0 < expected < 100:
        return None
    share = expected / 100
    return max(0, math.ceil((share * counted - met) / (1 - share)))


def met_to_sink(hits: int, counted: int, expected: Decimal) -> int | None:
    """Return how many tickets in a row must be met until a share that shall be low is so."""
    if not 0 < expected < 100:
        return None
    return max(0, math.ceil(hits / (expected / 100)) - counted)


def _beyond(promise: Promise) -> str:
    return "above" if promise.lower_is_better else "below"


def _back(promise: Promise, level: Decimal, hits: int, counted: int) -> str:
    """Return what brings a share back to a level; nothing where it is not beyond it."""
    needed = (met_to_sink if promise.lower_is_better else met_to_recover)(hits, counted, level)
    if not needed:
        return ""
    level_said = level_words(level, PERCENT)
    return f"{needed:,} more met without a miss would bring it back to {level_said}."


def points_words(
    reported: Decimal,
    measured: Decimal,
    *,
    levels: tuple[Decimal, ...] = (),
    lower_is_better: bool = False,
) -> str:
    """Return the provider's figure less ours, in points; nothing where they are the same.

    Both are taken as pages write them, so that a reader who subtracts finds the same.
    """
    if reported == measured:
        return ""
    places = _places(measured, levels, lower_is_better=lower_is_better)
    points = _rounded(reported, 1) - _rounded(measured, places)
    return f"{points:+} points".replace("-", "−") if points else "less than 0.1 points"


def _places(figure: Decimal, levels: tuple[Decimal, ...], *, lower_is_better: bool) -> int:
    """Return how many digits it takes to see which of the levels a share misses."""

    def misses(value: Decimal, level: Decimal) -> bool:
        return value > level if lower_is_better else value < level

    for places in range(1, 4):
        rounded = _rounded(figure, places)
        if all(misses(rounded, level) == misses(figure, level) for level in levels):
            return places
    return 4


def _rounded(figure: Decimal, places: int) -> Decimal:
    return figure.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _bound(text: str) -> str:
    return text.removesuffix(".0")
