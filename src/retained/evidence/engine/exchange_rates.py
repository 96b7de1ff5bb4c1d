"""Daily reference rates: what one unit of a base currency is worth in others, and the reverse.

In   the European Central Bank's history (CSV, or the ZIP that holds it), or rates of one day
Out  rates by currency and day, every remark about a file at once; what one currency is worth in
     another
Why  docs/methods/exchange-rates.md
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext

from retained.shared.quantities import parse_number
from retained.shared.remarks import Place, RefusedError, Remark, Severity

BASE = "EUR"
# The longest stretch without rates, over Easter or the turn of a year, is five days.
MOST_DAYS_BACK = 10
_ABSENT = {"", "N/A"}
_LARGEST = 64 * 1024 * 1024  # bytes; the whole history since 1999 is two megabytes
_DIGITS = 10


class RatesRefusedError(RefusedError):
    """A file of rates cannot be used; `remarks` say all that is wrong with it."""


@dataclass(frozen=True, slots=True)
class DailyRate:
    """On a day, one unit of the base was worth `rate` units of `currency`."""

    currency: str
    day: date
    rate: Decimal


def read_rates(content: bytes, *, name: str) -> list[DailyRate]:
    """Return the rates of a file, in its order; raises RatesRefusedError with every remark."""
    rows = csv.reader(io.StringIO(_text(content, name)))
    header = [cell.strip() for cell in next(rows, [])]
    if len(header) < 2 or header[0] != "Date":
        raise _refused(
            name,
            "This holds no reference rates: the first column is “Date”, each other a currency.",
        )
    found: list[DailyRate] = []
    remarks: list[Remark] = []
    for number, cells in enumerate(rows, 2):
        for one in _row(header, cells, Place(name, number)):
            if isinstance(one, Remark):
                remarks.append(one)
            else:
                found.append(one)
    if remarks:
        raise RatesRefusedError(remarks)
    if not found:
        raise _refused(name, "This holds no rate at all.")
    return found


def worth(per_base: Mapping[str, Decimal], currency: str, other: str) -> Decimal:
    """Return what one unit of `currency` is worth in `other`, to ten significant digits.

    `per_base` says what one unit of the base is worth, on one day. Raises KeyError.
    """
    with localcontext() as context:
        context.prec = _DIGITS
        context.rounding = "ROUND_HALF_UP"
        return per_base[other] / per_base[currency]


def days_that_may_stand_for(day: date) -> tuple[date, date]:
    """Return the first and the last day whose rate may stand for that of `day`."""
    return day - timedelta(days=MOST_DAYS_BACK), day


def _text(content: bytes, name: str) -> str:
    """Return the CSV of a file: itself, or the only one in a ZIP."""
    if content.startswith(b"PK\x03\x04"):
        content = _unpacked(content, name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(name, "This is no CSV in UTF-8.") from None


def _unpacked(content: bytes, name: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [one for one in archive.infolist() if one.filename.endswith(".csv")]
            if len(members) != 1:
                raise _refused(
                    name, f"A ZIP of rates holds one CSV: this one holds {len(members)}."
                )
            if members[0].file_size > _LARGEST:
                raise _refused(name, "The CSV in this ZIP is too large to be a history of rates.")
            with archive.open(members[0]) as member:
                return member.read(_LARGEST)  # whatever the archive says of its size
    except zipfile.BadZipFile:
        raise _refused(name, "This ZIP is damaged: fetch it again.") from None


def _row(header: Sequence[str], cells: Sequence[str], place: Place) -> Iterator[DailyRate | Remark]:
    try:
        day = date.fromisoformat(cells[0].strip() if cells else "")
    except ValueError:
        written = cells[0] if cells else ""
        yield _remark(f"“{written}” is not a day: write it like 2026-01-31.", place, header[0])
        return
    if any(cell.strip() for cell in cells[len(header) :]):
        sentence = f"The row has {len(cells)} cells, and the header names {len(header)}."
        yield _remark(sentence, place, header[0])
        return
    for currency, cell in zip(header[1:], cells[1:], strict=False):
        written = cell.strip()
        if not currency or written in _ABSENT:
            continue
        rate = _rate(written)
        if rate is None or not _is_currency(currency):
            sentence = f"“{written}” is no rate for a currency of three letters."
            yield _remark(sentence, place, currency)
        else:
            yield DailyRate(currency, day, rate)


def _rate(written: str) -> Decimal | None:
    try:
        rate = parse_number(written)
    except ValueError:
        return None
    return rate if rate > 0 else None


def _is_currency(text: str) -> bool:
    return len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()


def _remark(sentence: str, place: Place, column: str) -> Remark:
    return Remark(Severity.ERROR, "rates", sentence, Place(place.file, place.row, column))


def _refused(name: str, sentence: str) -> RatesRefusedError:
    return RatesRefusedError([Remark(Severity.ERROR, "rates", sentence, Place(file=name))])
