"""Prices from CSV files: one row for each lot and bidder.

In   the text of a file with the columns lot, bidder, price (or unit_price), and perhaps quality
Out  what each row offers, or a remark with its row and column
Why  docs/reference/award.md
"""

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from retained.shared.quantities import parse_number
from retained.shared.remarks import Place, Remark, Severity
from retained.tendering.engine.award.amounts import exact_minor_of, minor_of
from retained.tendering.engine.award.problem import Offer
from retained.tendering.engine.award.terms import AwardTerms

COLUMNS = ("lot", "bidder", "price", "unit_price", "currency", "quality")
MOST_ROWS = 200_000
_Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _WrongCellError(Exception):
    column: str
    sentence: str


def offers_in(text: str, name: str, terms: AwardTerms) -> tuple[list[Offer], list[Remark]]:
    """Return the offers that a CSV file holds, and a remark for each row that holds none."""
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="")
    try:
        return _read(reader, name, terms)
    except csv.Error as error:
        sentence = f"From here on it is no CSV ({error}): save it as CSV in UTF-8 again."
        return [], [_remark(name, reader.line_num, "", sentence)]


def _read(
    reader: "csv.DictReader[str]", name: str, terms: AwardTerms
) -> tuple[list[Offer], list[Remark]]:
    header = [one.strip() for one in reader.fieldnames or ()]
    remarks = [_remark(name, 1, column, sentence) for column, sentence in _faults_of_header(header)]
    if remarks:
        return [], remarks
    reader.fieldnames = header
    offers: dict[tuple[str, str], Offer] = {}
    for number, row in enumerate(reader, start=2):
        if number > MOST_ROWS:
            remarks.append(_remark(name, number, "", f"At most {MOST_ROWS:,} rows are read."))
            break
        try:
            offer = _offer({key: (value or "").strip() for key, value in _whole(row)}, terms)
            _must_be_new(offer, offers)
            offers[offer.lot, offer.bidder] = offer
        except _WrongCellError as error:
            remarks.append(_remark(name, number, error.column, error.sentence))
    return list(offers.values()), remarks


def _must_be_new(offer: Offer, offers: Collection[tuple[str, str]]) -> None:
    if (offer.lot, offer.bidder) in offers:
        raise _WrongCellError("bidder", "This bidder's price for the lot is given twice.")


def _faults_of_header(header: Sequence[str]) -> Iterator[tuple[str, str]]:
    for column in header:
        if column not in COLUMNS:
            yield column, f"“{column}” is no column of prices: use {', '.join(COLUMNS)}."
    for column in ("lot", "bidder"):
        if column not in header:
            yield column, "This column is missing."
    if not {"price", "unit_price"} & set(header):
        yield "price", "There is neither a column price nor unit_price."


def _whole(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if "" in row:
        raise _WrongCellError("", "The row has more cells than the header.")
    yield from row.items()


def _offer(row: _Row, terms: AwardTerms) -> Offer:
    lot, bidder = row["lot"], row["bidder"]
    if lot not in terms.lots:
        raise _WrongCellError("lot", f"“{lot}” is no lot of this file.")
    if bidder not in terms.bidders:
        raise _WrongCellError("bidder", f"“{bidder}” is no bidder of this file.")
    currency = row.get("currency") or terms.currency
    if currency != terms.currency:
        sentence = f"Prices are in {terms.currency}: convert {currency} at a dated rate first."
        raise _WrongCellError("currency", sentence)
    price = _price(row, Fraction(terms.lots[lot].units), terms.currency)
    if price < 0 and terms.bidders[bidder].discounts is not None:
        raise _WrongCellError("price", "Who pays for a lot cannot have discounts on it.")
    return Offer(lot, bidder, price, _quality(row.get("quality", "")))


def _price(row: _Row, units: Fraction, currency: str) -> Fraction:
    price, unit_price = row.get("price", ""), row.get("unit_price", "")
    if bool(price) == bool(unit_price):
        raise _WrongCellError("price", "Give the price or the unit price.")
    column = "price" if price else "unit_price"
    try:
        if price:
            return Fraction(minor_of(price, currency))
        return exact_minor_of(unit_price, currency) * units
    except ValueError as error:
        raise _WrongCellError(column, f"{error}.") from error


def _quality(text: str) -> Fraction | None:
    if not text:
        return None
    try:
        found = parse_number(text)
    except ValueError as error:
        raise _WrongCellError("quality", f"{error}.") from error
    if found < Decimal(0):
        raise _WrongCellError("quality", "A quality is not less than nothing.")
    return Fraction(found)


def _remark(name: str, row: int, column: str, sentence: str) -> Remark:
    return Remark(Severity.ERROR, "prices", sentence, Place(name, row, column))
