"""The ledger of the story's service desk, made from one seed; what it does to a case is worked out.

Amounts are inputs: what is usual in a month, and how far it scatters. The account plan, decimal
commas and words are those of a Dutch bookkeeper.
"""

import csv
import io
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from retained.shared.months import Month

LEDGER_HEADER = ("Boekdatum", "Rekening", "Kostenplaats", "Omschrijving", "Bedrag")
VAT = Decimal("0.21")
_CENT = Decimal("0.01")
_DESK, _STEERING, _OTHER = "4100", "4105", "7300"

Row = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Usual:
    """What is booked to an account: net amounts by month, and the share by which they scatter."""

    account: str
    cost_centre: str
    text: str
    amounts: Mapping[Month, int]
    scatter: float = 0.0
    taxed: bool = True


def _months(*amounts: int, first: int = 1) -> dict[Month, int]:
    return {Month(2026, first + at): amount for at, amount in enumerate(amounts) if amount}


def _each(amount: int, *, first: int = 1, last: int = 10) -> dict[Month, int]:
    return dict.fromkeys((Month(2026, number) for number in range(first, last + 1)), amount)


# Credits of July to September are booked in the month after: 2,208, 2,208 and 4,968.
USUAL = (
    Usual("4310", _DESK, "Brightdesk, fee", _each(92_000)),
    Usual("4310", _DESK, "Brightdesk, service credit", _months(-2208, -2208, -4968, first=8)),
    Usual("4320", _DESK, "Brightdesk, work beyond the fee", _each(5400, first=4), 0.25),
    Usual(
        "4390", _DESK, "Transition, consultants and doubled work",
        {Month(2025, 11): 148_000, Month(2025, 12): 171_000}
        | _months(118_000, 72_000, 38_000),
        0.03, taxed=False,
    ),
    Usual("4030", _DESK, "Social plan", _months(96_000, 132_000, 45_000), 0.01, taxed=False),
    Usual("4001", _STEERING, "Salaries, steering", _each(12_300), 0.02, taxed=False),
    Usual("4060", _STEERING, "Service manager, interim", _each(5_600, first=6), 0.08, taxed=False),
    Usual("4710", _DESK, "Travel", _each(310), 0.4, taxed=False),
    Usual("4001", _OTHER, "Salaries, networks", _each(38_200), 0.01, taxed=False),
    Usual("1500", _DESK, "VAT to be paid", _months(4_110, 3_870, 3_905), taxed=False),
)  # fmt: skip
STEERING = {Month(2026, number): "1,8" if number < 6 else "2,4" for number in range(1, 11)}
_TWICE = Month(2026, 3)  # the fee of this month was booked twice, and one of them taken back


def ledger_file(seed: int, *, through: Month) -> bytes:
    """Return the ledger up to a month as CSV; the same seed gives the same bytes."""
    rows = sorted(row for one in USUAL for row in _rows(one, seed, through))
    return _csv(LEDGER_HEADER, [_written(*row) for row in rows])


def people_file(*, through: Month) -> bytes:
    """Return who steers, month by month, as CSV."""
    rows = [(str(month), people) for month, people in STEERING.items() if month <= through]
    return _csv(("Maand", "Regie"), rows)


def _rows(usual: Usual, seed: int, through: Month) -> Iterator[tuple[str, str, str, str, Decimal]]:
    for month, net in usual.amounts.items():
        if month > through:
            continue
        chance = random.Random(f"{seed}/{usual.account}/{usual.text}/{month}")  # noqa: S311 - a story
        day = month.first_day.replace(day=chance.randint(2, 27)).isoformat()
        share = Decimal(str(1 + usual.scatter * (2 * chance.random() - 1)))
        gross = net * share * (1 + VAT if usual.taxed else 1)
        amount = gross.quantize(_CENT, rounding=ROUND_HALF_UP)
        text = f"{usual.text}, {month.title}"
        yield day, usual.account, usual.cost_centre, text, amount
        if usual.text.endswith(", fee") and month == _TWICE:
            yield day, usual.account, usual.cost_centre, f"{text}, booked twice", amount
            yield day, usual.account, usual.cost_centre, f"Storno: {text}", -amount


def _written(day: str, account: str, centre: str, text: str, amount: Decimal) -> Row:
    year, month, number = day.split("-")
    figure = f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
    return f"{number}-{month}-{year}", account, centre, text, figure


def _csv(header: tuple[str, ...], rows: list[Row] | list[tuple[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
