"""What came true of a case: sums by line and month, what no line takes, figures of drivers.

In   entries of all files, and the mapping of accounts to lines
Out  Actuals; every entry is in exactly one of their sums, so that they add up to the files
Why  docs/methods/living-case.md
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from retained.shared.money import Money, total
from retained.shared.months import Month
from retained.shared.quantities import decimal_text
from retained.shared.remarks import Place, Remark, Severity
from retained.strategy.engine.actuals import Entry
from retained.strategy.engine.actuals_terms import ActualsRefusedError, ActualsTerms

Value = TypeVar("Value")


class Taken(StrEnum):
    """What became of an entry that no line takes."""

    UNMAPPED = "unmapped"  # no account of the mapping is its own
    LEFT_OUT = "left_out"  # the mapping says so
    ELSEWHERE = "elsewhere"  # its cost centre is not one of the case


@dataclass(frozen=True)
class Actuals:
    """What came true. `lines` has every line of the mapping, also those without an entry.

    `closed` are lines to which nothing more will be booked, from which month on.
    """

    currency: str
    lines: Mapping[str, Mapping[Month, Money]]
    unmapped: Mapping[str, Money]  # by account
    left_out: Money
    elsewhere: Money
    drivers: Mapping[str, Mapping[Month, Decimal]]
    closed: Mapping[str, Month] = field(default_factory=dict)

    @property
    def months(self) -> tuple[Month, ...]:
        """The months in which anything was booked to a line, the first one first."""
        return tuple(sorted({month for booked in self.lines.values() for month in booked}))

    @property
    def unmapped_total(self) -> Money:
        """What no line takes, in all."""
        return total(self.unmapped.values(), self.currency)

    @property
    def total(self) -> Money:
        """Everything: what the files add up to."""
        mapped = (amount for booked in self.lines.values() for amount in booked.values())
        return total(mapped, self.currency) + self.unmapped_total + self.left_out + self.elsewhere

    def through(self, month: Month) -> "Actuals":
        """Return what was known by the end of a month."""
        return Actuals(
            currency=self.currency,
            lines={line: _until(booked, month) for line, booked in self.lines.items()},
            unmapped=self.unmapped,
            left_out=self.left_out,
            elsewhere=self.elsewhere,
            drivers={name: _until(seen, month) for name, seen in self.drivers.items()},
            closed={line: since for line, since in self.closed.items() if since <= month},
        )

    @property
    def sha256(self) -> str:
        """The hash of what a case takes from them: neither order nor reversal pairs change it."""
        taken = {
            "lines": {
                line: {str(month): amount.minor for month, amount in booked.items() if amount}
                for line, booked in self.lines.items()
            },
            "drivers": {
                name: {str(month): decimal_text(value) for month, value in seen.items()}
                for name, seen in self.drivers.items()
            },
            "closed": {line: str(month) for line, month in self.closed.items()},
        }
        text = json.dumps(taken, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _until(by_month: Mapping[Month, Value], last: Month) -> dict[Month, Value]:
    return {month: value for month, value in by_month.items() if month <= last}


def taker_of(mapping: ActualsTerms, account: str, cost_centre: str) -> str | Taken:
    """Return the line that takes what is booked there, or what becomes of it."""
    centres = mapping.ledger.cost_centres if mapping.ledger else ()
    if centres and cost_centre not in centres:
        return Taken.ELSEWHERE
    line = mapping.line_of(account, cost_centre)
    if line is None:
        return Taken.UNMAPPED
    return line or Taken.LEFT_OUT


def actuals_of(entries: Iterable[Entry], mapping: ActualsTerms, *, currency: str) -> Actuals:
    """Return the sums of all entries; their order changes nothing.

    Raises ActualsRefusedError where a driver has two different figures for one month.
    """
    nothing = Money(Decimal(0), currency)
    lines: dict[str, dict[Month, Money]] = {line: {} for line in mapping.lines}
    others = {Taken.LEFT_OUT: nothing, Taken.ELSEWHERE: nothing}
    unmapped: dict[str, Money] = {}
    figures: list[Entry] = []
    for entry in entries:
        if entry.amount is None:
            figures.append(entry)
            continue
        taker = taker_of(mapping, entry.account, entry.cost_centre)
        if taker is Taken.UNMAPPED:
            unmapped[entry.account] = unmapped.get(entry.account, nothing) + entry.amount
        elif isinstance(taker, Taken):
            others[taker] += entry.amount
        else:
            booked = lines[taker]
            booked[entry.month] = booked.get(entry.month, nothing) + entry.amount
    return Actuals(
        currency=currency,
        lines=lines,
        unmapped=dict(sorted(unmapped.items())),
        left_out=others[Taken.LEFT_OUT],
        elsewhere=others[Taken.ELSEWHERE],
        drivers=_drivers(figures),
        closed=mapping.closed_in,
    )


def _drivers(figures: Iterable[Entry]) -> dict[str, dict[Month, Decimal]]:
    found: dict[str, dict[Month, Decimal]] = {}
    remarks = []
    for entry in sorted(figures, key=lambda one: (one.file, one.row, one.driver)):
        value = entry.value or Decimal(0)
        seen = found.setdefault(entry.driver, {}).setdefault(entry.month, value)
        if seen != value:
            sentence = (
                f"{entry.driver} is {decimal_text(value)} in {entry.month.title} here, and "
                f"{decimal_text(seen)} elsewhere: withdraw the file that is wrong."
            )
            place = Place(entry.file, entry.row, entry.driver)
            remarks.append(Remark(Severity.ERROR, "twice", sentence, place))
    if remarks:
        raise ActualsRefusedError(remarks)
    return found
