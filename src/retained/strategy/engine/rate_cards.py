"""Rate cards and wage tables: what a role costs, however a file writes it.

In   the bytes of a CSV file, and how it is read
Out  rates in one shape, every remark about the file at once, and an assumption of a case
Why  docs/methods/rate-cards.md
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from statistics import median, quantiles

from retained.shared.errors import DomainError
from retained.shared.quantities import decimal_text, parse_number
from retained.shared.remarks import Place, Remark, Severity
from retained.strategy.engine.case_terms import AssumptionTerms
from retained.strategy.engine.rate_card_mapping import (
    DATE_FORMS,
    UNIT_WORDS,
    RateCardMapping,
    Unit,
)

_SIGNS = {"€": "EUR", "£": "GBP", "₹": "INR", "$": ""}  # a dollar may be of several countries
_CENT = Decimal("0.01")
_DELIMITERS = ",;\t|"
_MOST_SEEN = 10_000
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


def read_rate_card(content: bytes, mapping: RateCardMapping, *, name: str) -> RateCard:
    """Return the rates of a file; rows that cannot be used are remarks.

    Raises DomainError where the file is no table or lacks columns, all of them named.
    """
    text = _text(content, name)
    delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
    table = csv.reader(io.StringIO(text), delimiter=delimiter)
    header = [cell.strip() for cell in next(table, [])]
    missing = sorted(set(mapping.columns.named.values()) - set(header))
    if missing:
        told = ", ".join(f"“{one}”" for one in missing)
        raise DomainError(f"{name} has no column {told}: it has {', '.join(header) or 'nothing'}.")
    places = {name: header.index(column) for name, column in mapping.columns.named.items()}
    rates: list[Rate] = []
    remarks: list[Remark] = []
    for number, cells in enumerate(table, 2):
        if any(cell.strip() for cell in cells[len(header) :]):
            remarks.append(_too_long(cells, Place(name, number)))
        elif any(cell.strip() for cell in cells):
            row = _Row(mapping, cells, places, Place(name, number))
            rate = row.rate()
            remarks += row.remarks
            rates += [rate] if rate is not None else []
    return RateCard(tuple(rates), tuple(remarks))


def amount_in(rate: Rate, unit: Unit, mapping: RateCardMapping) -> Decimal:
    """Return what a rate is for another unit, by the hours that the mapping gives, in cents."""
    hours = _hours(mapping)
    exact = rate.amount * hours[unit] / hours[rate.unit]
    return exact.quantize(_CENT, rounding=ROUND_HALF_UP)


def assumption_of(
    rates: Sequence[Rate], mapping: RateCardMapping, *, unit: Unit, as_seen: bool = False
) -> AssumptionTerms:
    """Return what rates say of a price: the middle with its tenths around it, or all as seen.

    Raises DomainError without a rate, or where they are in several currencies.
    """
    if not rates:
        raise DomainError("No rate is left to make an assumption of: ask for another role or day.")
    currencies = sorted({one.currency for one in rates})
    if len(currencies) > 1:
        raise DomainError(
            f"These rates are in {' and '.join(currencies)}: make one assumption for each, and "
            "convert at a dated rate."
        )
    amounts = sorted(amount_in(one, unit, mapping) for one in rates)
    count = f"{len(amounts)} rate" + ("" if len(amounts) == 1 else "s")
    return AssumptionTerms.model_validate(
        _spread(amounts, as_seen=as_seen)
        | {
            "title": _common_role(rates),
            "unit": f"{currencies[0]} a {unit}"
            if unit is not Unit.HOUR
            else f"{currencies[0]} an hour",
            "source": f"{mapping.source}: {count}",
            "on": mapping.on,
            "prior": mapping.prior,
        }
    )


def _spread(amounts: Sequence[Decimal], *, as_seen: bool) -> dict[str, object]:
    if len(amounts) == 1:
        return {"value": decimal_text(amounts[0])}
    if as_seen:
        if len(amounts) > _MOST_SEEN:
            raise DomainError(f"More than {_MOST_SEEN:,} rates were seen: ask for fewer roles.")
        return {"seen": [decimal_text(one) for one in amounts]}
    tenths = quantiles(amounts, n=10, method="inclusive")
    corners = (tenths[0], median(amounts), tenths[-1])
    return {"pert": [decimal_text(_in_cents(one)) for one in corners]}


def _in_cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)


def _common_role(rates: Sequence[Rate]) -> str:
    roles = {one.role for one in rates}
    return roles.pop()[:300] if len(roles) == 1 else f"{len(roles)} roles"


def _hours(mapping: RateCardMapping) -> Mapping[Unit, Decimal]:
    return {
        Unit.HOUR: Decimal(1),
        Unit.DAY: mapping.hours_a_day,
        Unit.MONTH: mapping.hours_a_year / 12,
        Unit.YEAR: mapping.hours_a_year,
    }


def _text(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DomainError(f"{name} is no text in UTF-8: save it as CSV in UTF-8.") from None


def _number(text: str) -> Decimal | None:
    """Return a number that can be counted exactly, or nothing."""
    try:
        return parse_number(text)
    except ValueError:
        return None


def _too_long(cells: Sequence[str], place: Place) -> Remark:
    sentence = (
        f"The row has {len(cells)} cells, often because an amount or a text holds the delimiter "
        "without quotation marks: it is not used."
    )
    return Remark(Severity.ERROR, "rate", sentence, place)


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
        role = self._cell("role")
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
            level=self._cell("level"),
            location=self._cell("location"),
            provider=self._cell("provider"),
            currency=currency,
            unit=unit,
            amount=amount,
            valid_from=valid_from,
            valid_to=valid_to,
        )

    def _cell(self, name: str) -> str:
        place = self._places.get(name)
        if place is None or place >= len(self._cells):
            return ""
        return " ".join(self._cells[place].split())

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
        self._note("currency", f"“{written}” is no currency: three letters such as EUR.")
        return None

    def _unit(self) -> Unit | None:
        if self._mapping.unit is not None:
            return self._mapping.unit
        written = self._cell("unit")
        found = self._mapping.units.get(written) or UNIT_WORDS.get(written.lower())
        if found is None:
            known = ", ".join(Unit)
            self._note("unit", f"“{written}” is no unit ({known}): name it under units.")
        return found

    def _amount(self) -> Decimal | None:
        written = self._cell("amount")
        bare = _SPACED.sub("", self._without_sign(written))
        thousands, point = (",", ".") if self._mapping.decimal == "." else (".", ",")
        form = _AMOUNT.format(re.escape(thousands), re.escape(point))
        plain = bare.replace(thousands, "").replace(point, ".")
        amount = _number(plain) if re.fullmatch(form, bare) else None
        if amount is None:
            self._note("amount", f"“{written}” is no amount with “{point}” before its cents.")
            return None
        if amount <= 0:
            self._note("amount", f"“{written}” is no rate: it must be above 0.")
            return None
        return amount

    def _without_sign(self, written: str) -> str:
        """Return an amount without its sign of currency; one that contradicts is remarked on."""
        for sign, currency in _SIGNS.items():
            if sign in written:
                told = self._mapping.currency or self._cell("currency").upper()
                if currency and currency != told:
                    self._note("amount", f"“{written}” is in {currency}, and not in {told}.")
                return written.replace(sign, "").strip()
        return written

    def _day(self, name: str) -> date | None:
        written = self._cell(name)
        if not written:
            return None
        try:
            return datetime.strptime(written, DATE_FORMS[self._mapping.dates]).date()  # noqa: DTZ007 - a day
        except ValueError:
            self._note(name, f"“{written}” is not a day written {self._mapping.dates}.")
            return None


def chosen(rates: Sequence[Rate], *, role: str = "", on: date | None = None) -> Iterator[Rate]:
    """Yield the rates whose role holds some words, and that are valid on a day."""
    for one in rates:
        if role.casefold() in one.role.casefold() and (on is None or one.holds_on(on)):
            yield one
