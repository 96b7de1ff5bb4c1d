"""Words that all sentences share: lists, days, priorities, zones, shares, who "us" is.

In   values of an agreement
Out  the words that people use for them
Why  docs/guide/agreements.md
"""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from retained.shared.quantities import percent_text

_SHARES = {Decimal("0.5"): "half", Decimal("0.25"): "a quarter", Decimal(1): "all"}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


class Reader(StrEnum):
    """Who reads: "waiting for us" is the client's word, the provider reads "for the client"."""

    CLIENT = "us"
    PROVIDER = "the client"


def listed(words: Sequence[str], last: str = "and") -> str:
    """Return words as a list in a sentence: a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def priority_text(priority: str) -> str:
    """Return a priority as people say it: 1 is P1, other names stay."""
    return f"P{priority}" if priority.isdecimal() else priority


def zone_text(zone: str) -> str:
    """Return the place that a zone is named after: Europe/Amsterdam is Amsterdam."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def share_text(share: Decimal) -> str:
    """Return a share in words where there is one: half, all, 30 %."""
    return _SHARES.get(share.normalize()) or percent_text(share)


def ordinal(number: int) -> str:
    """Return a number as a place in a row: third, 7th."""
    if 0 < number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 month, 12 months."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def begun(sentence: str) -> str:
    """Return a sentence with a capital letter at its beginning."""
    return sentence[:1].upper() + sentence[1:]
