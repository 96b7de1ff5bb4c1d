"""The bar of a mapping: what of the control total lines take, and what is left out or unmapped.

Widths are of amounts without their sign: a reversal that stands alone is seen as well.
"""

from dataclasses import dataclass

from retained.shared.money import Money
from retained.strategy.queries.account_rows import Shares

WIDTH = 1000  # units of the drawing; the page stretches it
_WORDS = {
    "mapped": "taken by lines",
    "left_out": "left out",
    "unmapped": "unmapped",
    "elsewhere": "of other cost centres",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the bar, and its line in the legend."""

    kind: str
    words: str
    amount: Money
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class SharesBar:
    """The bar, ready to draw."""

    parts: tuple[Part, ...]
    total: Money
    sentence: str


def shares_bar(shares: Shares) -> SharesBar:
    """Return the bar of four parts; other cost centres are shown only where there are any."""
    amounts = {kind: getattr(shares, kind) for kind in _WORDS}
    whole = sum(abs(amount.minor) for amount in amounts.values()) or 1
    parts, x = [], 0.0
    for kind, words in _WORDS.items():
        amount = amounts[kind]
        width = abs(amount.minor) / whole * WIDTH
        if amount or kind != "elsewhere":
            parts.append(Part(kind, words, amount, f"{x:.2f}", f"{width:.2f}"))
        x += width
    said = ", ".join(f"{part.amount} {part.words}" for part in parts)
    return SharesBar(tuple(parts), shares.total, f"{said}; {shares.total} in all.")
