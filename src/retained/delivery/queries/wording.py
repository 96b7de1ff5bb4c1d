"""Words around figures: how a figure is written, what it proves, what is left to lose.

A share is never rounded across a level that it misses: 94.96 % against 95 % is not "95.0 %".
"""

import math
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from retained.contracts.engine.quantities import TargetUnit, parse_target
from retained.pages.cells import GAP, duration_text, number
from retained.shared.months import Month

PERCENT, SECONDS, TICKETS = "percent", "seconds", "tickets"
_FEW = 10
_SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def figure_words(figure: Decimal | None, unit: str, *, levels: tuple[Decimal, ...] = ()) -> str:
    """Return a figure (percent, open seconds or tickets) as pages write it."""
    if figure is None:
        return "–"
    if unit == SECONDS:
        return duration_text(int(figure))
    if unit == TICKETS:
        return number(figure, 0 if figure == figure.to_integral_value() else 1)
    return f"{number(figure, _places(figure, levels))}{GAP}%"


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


def day_words(day: date) -> str:
    """Return a day as pages write it: 1 Dec 2026."""
    return f"{day.day} {day:%b %Y}"


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
            f"{tickets.capitalize()} {proves} little: the true share may lie anywhere between "
            f"{_bound(low)} and {_bound(high)}{GAP}%."
        )
    return f"{tickets}: the true share lies between {_bound(low)} and {_bound(high)}{GAP}%."


def left_words(misses_left: int | None, *, met: int, counted: int, expected: Decimal) -> str:
    """Return what a running month can still bear, or what would bring it back.

    `expected` is in percent; for figures that are no shares there is nothing to say.
    """
    if misses_left is not None:
        if misses_left == 0:
            return "The next miss takes it below expected at this volume."
        more = f"{misses_left:,} more miss{'' if misses_left == 1 else 'es'}"
        return f"It bears {more} at this volume; one beyond that takes it below expected."
    needed = met_to_recover(met, counted, expected)
    if needed is None:
        return ""
    return (
        f"It stands below expected: {needed:,} more met without a miss would bring it back."
        if needed
        else ""
    )


def met_to_recover(met: int, counted: int, expected: Decimal) -> int | None:
    """Return how many tickets in a row must be met until the share is as expected."""
    if not 0 < expected < 100:
        return None
    share = expected / 100
    return max(0, math.ceil((share * counted - met) / (1 - share)))


def points_words(reported: Decimal, measured: Decimal) -> str:
    """Return the provider's figure less ours, in points."""
    points = (reported - measured).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{points:+} points".replace("-", "−")


def _places(figure: Decimal, levels: tuple[Decimal, ...]) -> int:
    """Return how many digits it takes to see on which side of the levels a share lies."""
    for places in range(1, 4):
        rounded = figure.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        if all((rounded < level) == (figure < level) for level in levels):
            return places
    return 4


def _bound(text: str) -> str:
    return text.removesuffix(".0")
