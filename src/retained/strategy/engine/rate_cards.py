"""Rate cards and wage tables: what a role costs, however a file writes it.

In   the columns and rows of a file, and how they are read
Out  rates in one shape, and every remark about the rows at once
Why  docs/methods/rate-cards.md
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from retained.shared.errors import DomainError
from retained.shared.quantities import parse_number, shown
from retained.shared.remarks import Place, Remark, Severity
from retained.strategy.engine.rate_card_mapping import (
    DATE_FORMS,
    UNIT_WORDS,
    RateCardMapping,
    Unit,
)

SIGNS = {"€": "EUR", "£": "GBP", "₹": "INR", "$": ""}  # a dollar may be of several countries
_MOST = Decimal(10) ** 9  # nobody is paid as much for anything
_LONGEST = 5_000  # characters: public cards tell a whole job in the cell of its title
_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(2200, 1, 1)  # others are slips of the pen
_SPACED = re.compile(r"(?<=\d)['\s](?=\d{3})")  # 46 000, also by a narrow space
# Digits, in threes with a separator or without one, and cents.
_AMOUNT = r"-?(\d+|\d{{1,3}}({0}\d{{3}})+)({1}\d+)?"


@dataclass(frozen=True, slots=True)
class Rate:
    """What a role costs for one unit; `valid_from` and `valid_to` are both within."""

    row: int
    role: str
    level: str
    location: str
    provider: str
    currency: str
    unit: Unit
    amount: Decimal
    valid_from: date | None
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        """Return whether the rate is valid on a day; an open end never ends."""
        began = self.valid_from is None or self.valid_from <= day
        return began and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class RateCard:
    """The rates that can be used, and what is to be known about the others."""

    rates: tuple[Rate, ...]
    remarks: tuple[Remark, ...]


def read_rate_card(
    columns: Sequence[str],
    rows: Iterable[tuple[int, Sequence[str]]],
    mapping: RateCardMapping,
    *,
    name: str,
) -> RateCard:
    """Return the rates of numbered rows; rows that cannot be used are remarks.

    Raises DomainError where columns are missing, all of them named.
    """
    missing = sorted(set(mapping.columns.named.values()) - set(columns))
    if missing:
        told = ", ".join(f"“{one}”" for one in missing)
        raise DomainError(f"{name} has no column {told}: it has {', '.join(columns) or 'nothing'}.")
    places = {role: columns.index(column) for role, column in mapping.columns.named.items()}
    rates: list[Rate] = []
    remarks: list[Remark] = []
    for number, cells in rows:
        row = _Row(mapping, cells, places, Place(name, number))
        rate = row.rate()
        remarks += row.remarks
        rates += [rate] if rate is not None else []
    return RateCard(tuple(rates), tuple(remarks))


def _number(text: str) -> Decimal | None:
    """Return a number that can be counted exactly, or nothing."""
    try:
        return parse_number(text)
    except ValueError:
        return None


class _Row:
    """One row on its way to a rate; what is wrong with it is kept as remarks."""

    def __init__(
        self,
        mapping: RateCardMapping,
        cells: Sequence[str],
        places: Mapping[str, int],
        place: Place,
    ) -> None:
        self._mapping, self._cells, self._places, self._place = mapping, cells, places, place
        self.remarks: list[Remark] = []

    def rate(self) -> Rate | None:
        """Return the rate of the row, or nothing where it has one fault or several."""
        role, level, location, provider = map(self._text, ("role", "level", "location", "provider"))
        if not role:
            self._note("role", "The role is missing.")
        currency, unit, amount = self._currency(), self._unit(), self._amount()
        valid_from, valid_to = self._day("valid_from"), self._day("valid_to")
        if valid_from and valid_to and valid_to < valid_from:
            self._note("valid_to", f"It ends on {valid_to}, before it begins on {valid_from}.")
        if self.remarks or currency is None or unit is None or amount is None:
            return None
        return Rate(
            row=self._place.row or 0,
            role=role,
            level=level,
            location=location,
            provider=provider,
            currency=currency,
            unit=unit,
            amount=amount,
            valid_from=valid_from,
            valid_to=valid_to,
        )

    def _cell(self, name: str) -> str:
        place = self._places.get(name)
        return "" if place is None else " ".join(self._cells[place].split())

    def _text(self, name: str) -> str:
        found = self._cell(name)
        if len(found) > _LONGEST:
            sentence = f"It has {len(found):,} characters: at most {_LONGEST:,} are kept."
            self._note(name, sentence)
        return found

    def _note(self, name: str, sentence: str) -> None:
        column = self._mapping.columns.named[name]
        place = Place(self._place.file, self._place.row, column)
        self.remarks.append(Remark(Severity.ERROR, "rate", sentence, place))

    def _currency(self) -> str | None:
        if self._mapping.currency is not None:
            return self._mapping.currency
        written = self._cell("currency").upper()
        if len(written) == 3 and written.isascii() and written.isalpha():
            return written
        self._note("currency", f"“{shown(written)}” is no currency: three letters such as EUR.")
        return None

    def _unit(self) -> Unit | None:
        if self._mapping.unit is not None:
            return self._mapping.unit
        written = self._cell("unit")
        found = self._mapping.units.get(written) or UNIT_WORDS.get(written.lower())
        if found is None:
            known = ", ".join(Unit)
            self._note("unit", f"“{shown(written)}” is no unit ({known}): say for which it stands.")
        return found

    def _amount(self) -> Decimal | None:
        written = self._cell("amount")
        bare = _SPACED.sub("", self._without_sign(written))
        thousands, point = (",", ".") if self._mapping.decimal == "." else (".", ",")
        form = _AMOUNT.format(re.escape(thousands), re.escape(point))
        plain = bare.replace(thousands, "").replace(point, ".")
        amount = _number(plain) if re.fullmatch(form, bare) else None
        if amount is None:
            self._note(
                "amount", f"“{shown(written)}” is no amount with “{point}” before its cents."
            )
            return None
        if amount <= 0:
            self._note("amount", f"“{shown(written)}” is no rate: it must be above 0.")
            return None
        if amount >= _MOST:
            self._note("amount", f"“{shown(written)}” is no rate: it has more than nine digits.")
            return None
        return amount

    def _without_sign(self, written: str) -> str:
        """Return an amount without its sign of currency; one that contradicts is remarked on."""
        for sign, currency in SIGNS.items():
            if sign in written:
                told = self._mapping.currency or self._cell("currency").upper()
                if currency and currency != told:
                    self._note("amount", f"“{shown(written)}” is in {currency}, and not in {told}.")
                return written.replace(sign, "").strip()
        return written

    def _day(self, name: str) -> date | None:
        written = self._cell(name)
        if not written:
            return None
        try:
            day = datetime.strptime(written, DATE_FORMS[self._mapping.dates]).date()  # noqa: DTZ007 - a day
        except ValueError:
            self._note(name, f"“{shown(written)}” is not a day written {self._mapping.dates}.")
            return None
        if not _FIRST_DAY <= day < _LAST_DAY:
            self._note(name, f"“{written}” cannot be meant: a day from 1970 to 2199 is.")
        return day
