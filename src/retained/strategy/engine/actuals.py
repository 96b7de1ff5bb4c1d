"""Rows of a ledger, or of volumes and headcount, as entries: exact to the cent, each with its row.

In   rows as texts, and the mapping that says how they are written
Out  entries, the total of all of them, and every remark with file, row and column
Why  docs/methods/living-case.md
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from retained.shared.errors import DomainError
from retained.shared.money import Money, minor_digits, total
from retained.shared.months import Month
from retained.shared.quantities import shown
from retained.shared.remarks import Place, Remark, Severity
from retained.strategy.engine.actuals_terms import (
    ActualsRefusedError,
    ActualsTerms,
    Costs,
    Decimals,
    DriverTerms,
    LedgerTerms,
    day_format,
)

MOST_ROWS = 200_000
_MONTHS_BEFORE = 24  # handing over is paid before the term begins
_GAPS = re.compile(r"[\s\u00a0\u202f'’]")
# 1.234,56 as written with a point: thousands stand in groups of three, or in none.
_WRITTEN = re.compile(r"(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_MOST_DIGITS = 15
_LONGEST_KEY = 60  # characters of an account or a cost centre

Row = tuple[int, Mapping[str, str]]  # its number (the header is row 1), and its cells


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: an amount booked in a month, or what a driver was in it.

    A reversal is an entry below nothing. The figure of a driver may be one of several in a row.
    """

    file: str
    row: int
    month: Month
    cost_centre: str = ""
    account: str = ""
    text: str = ""
    amount: Money | None = None
    driver: str = ""
    value: Decimal | None = None


@dataclass(frozen=True)
class ReadActuals:
    """What one file says."""

    file: str
    entries: tuple[Entry, ...]
    remarks: tuple[Remark, ...]
    rows: int
    unusable: int
    total: Money  # of every amount in it, whatever line it belongs to

    @property
    def is_ledger(self) -> bool:
        """Whether it holds amounts, and not figures of drivers."""
        return any(entry.amount is not None for entry in self.entries)


def read_rows(
    rows: Sequence[Row],
    columns: Sequence[str],
    mapping: ActualsTerms,
    *,
    file: str,
    currency: str,
    since: Month | None = None,
) -> ReadActuals:
    """Return what the rows of one file say; a row that cannot be used becomes a remark.

    A row of a month before `since` (see `earliest_month`) cannot be meant.

    Raises ActualsRefusedError for a file that is neither a ledger nor one of drivers.
    """
    if len(rows) > MOST_ROWS:
        raise _refused(file, f"It has more than {MOST_ROWS:,} rows: send it in parts.")
    reader = _Reader(file, currency, since)
    kind = _kind_of(columns, mapping, file)
    for number, cells in rows:
        if any(text.strip() for text in cells.values()):
            reader.take(number, cells, kind)
    amounts = (entry.amount for entry in reader.entries if entry.amount is not None)
    return ReadActuals(
        file=file,
        entries=tuple(reader.entries),
        remarks=tuple(reader.remarks),
        rows=reader.rows,
        unusable=reader.unusable,
        total=total(amounts, currency),
    )


def earliest_month(first: Month) -> Month:
    """Return the first month of which actuals can be: two years before the term's own first."""
    return first.plus(-_MONTHS_BEFORE)


def must_agree(read: Sequence[ReadActuals], control: Money) -> None:
    """Raise DomainError where ledgers do not add up to what the bookkeeper says."""
    found = total((one.total for one in read), control.currency)
    difference = found - control
    if not difference:
        return
    count = sum(one.unusable for one in read)
    unusable = f" {count:,} of the rows could not be read." if count else ""
    raise DomainError(
        f"The rows of {', '.join(one.file for one in read)} add up to {found}, and the control "
        f"total is {control}: {difference} between them.{unusable} Nothing of it was kept: export "
        "it again, or correct the control total."
    )


def exact_figure(text: str, decimal: Decimals) -> Decimal:
    """Return what 1.234,56 or (1,234.56) or 1234.56- writes; raises ValueError.

    Brackets and a mark at the end are how ledgers write what is below nothing.
    """
    written = _GAPS.sub("", text).replace("\u2212", "-")
    is_percent = written.endswith("%")
    written = written.removesuffix("%")
    below = written.startswith(("-", "(")) or written.endswith("-")
    digits = written.strip("()") if written.startswith("(") else written
    digits = digits.removeprefix("-") if digits.startswith("-") else digits.removesuffix("-")
    if decimal is Decimals.COMMA:
        digits = digits.translate(str.maketrans(".,", ",."))
    if not _WRITTEN.fullmatch(digits.removeprefix("+")):
        raise ValueError(f"“{shown(text)}” is no figure with a decimal {decimal}.")
    found = Decimal(digits.removeprefix("+").replace(",", ""))
    if len(found.as_tuple().digits) > _MOST_DIGITS:
        raise ValueError(f"“{shown(text)}” has more than {_MOST_DIGITS} digits.")
    found = found / 100 if is_percent else found
    return -found if below else found


@dataclass(frozen=True, slots=True)
class _Fault:
    """Why a cell of a row cannot be used."""

    column: str
    sentence: str


class _Reader:
    """Gathers the entries of a file, and what is wrong with its rows."""

    def __init__(self, file: str, currency: str, since: Month | None) -> None:
        self._file, self._currency, self._since = file, currency, since
        self.entries: list[Entry] = []
        self.remarks: list[Remark] = []
        self.rows = self.unusable = 0

    def take(self, row: int, cells: Mapping[str, str], kind: LedgerTerms | DriverTerms) -> None:
        """Take one row in, or remark on every cell of it that cannot be used."""
        self.rows += 1
        faults: list[_Fault] = []
        if isinstance(kind, LedgerTerms):
            found = self._booked(row, cells, kind, faults)
        else:
            found = self._figures(row, cells, kind, faults)
        if faults:
            self.unusable += 1
        else:
            self.entries += found
        for fault in faults:
            place = Place(file=self._file, row=row, column=fault.column)
            self.remarks.append(Remark(Severity.ERROR, "unusable", fault.sentence, place))

    def _booked(
        self, row: int, cells: Mapping[str, str], kind: LedgerTerms, faults: list[_Fault]
    ) -> list[Entry]:
        columns = kind.columns
        month = self._month(cells, columns.day, kind.days, faults)
        amount = self._amount(cells, kind, faults)
        account = cells[columns.account].strip()
        if not account:
            faults.append(_Fault(columns.account, "The account is missing."))
        centre = _cell(cells, columns.cost_centre)
        for column, key in ((columns.account, account), (columns.cost_centre, centre)):
            if len(key) > _LONGEST_KEY:  # cut, two of them could look like one
                sentence = f"It has {len(key):,} characters: at most {_LONGEST_KEY} are a key."
                faults.append(_Fault(column or "", sentence))
        self._must_be_own_currency(cells, columns.currency, faults)
        if month is None or amount is None:
            return []
        entry = Entry(
            self._file,
            row,
            month,
            cost_centre=centre,
            account=account,
            text=_cell(cells, columns.text)[:200],
            amount=amount,
        )
        return [entry]

    def _figures(
        self, row: int, cells: Mapping[str, str], kind: DriverTerms, faults: list[_Fault]
    ) -> list[Entry]:
        month = self._month(cells, kind.month, kind.days, faults)
        found = []
        for column, driver in kind.columns.items():
            if not cells[column].strip():
                continue
            value = _figure_in(cells, column, kind.decimal, faults)
            if month is not None and value is not None:
                found.append(Entry(self._file, row, month, driver=driver, value=value))
        return found

    def _month(
        self, cells: Mapping[str, str], column: str, days: str, faults: list[_Fault]
    ) -> Month | None:
        month = _month_in(cells, column, days, faults)
        if month is None or self._since is None or month >= self._since:
            return month
        sentence = (
            f"“{shown(cells[column])}” lies before {self._since.title}: nothing that long before "
            "the term belongs to the case. Is the year right?"
        )
        faults.append(_Fault(column, sentence))
        return None

    def _amount(
        self, cells: Mapping[str, str], kind: LedgerTerms, faults: list[_Fault]
    ) -> Money | None:
        columns = kind.columns
        if columns.amount is not None:
            given = _figure_in(cells, columns.amount, kind.decimal, faults)
            column = columns.amount
        else:
            given, column = self._debit_less_credit(cells, kind, faults), columns.debit or ""
        if given is None:
            return None
        if _decimals(given) > minor_digits(self._currency):
            sentence = f"“{given}” has more decimals than {self._currency} has."
            faults.append(_Fault(column, sentence))
            return None
        return Money(given if kind.costs is Costs.POSITIVE else -given, self._currency)

    def _debit_less_credit(
        self, cells: Mapping[str, str], kind: LedgerTerms, faults: list[_Fault]
    ) -> Decimal | None:
        named = [name for name in (kind.columns.debit, kind.columns.credit) if name]
        if not any(cells[name].strip() for name in named):
            faults.append(_Fault(named[0], "Neither debit nor credit is given."))
            return None
        sides = [
            _figure_in(cells, name, kind.decimal, faults) if cells[name].strip() else Decimal(0)
            for name in named
        ]
        debit, credit = sides
        return None if debit is None or credit is None else debit - credit

    def _must_be_own_currency(
        self, cells: Mapping[str, str], column: str | None, faults: list[_Fault]
    ) -> None:
        if column is None or cells[column].strip().upper() in {"", self._currency}:
            return
        sentence = (
            f"“{shown(cells[column])}”: the case is in {self._currency}. Book or export the amount "
            f"in {self._currency}."
        )
        faults.append(_Fault(column, sentence))


def _kind_of(columns: Sequence[str], mapping: ActualsTerms, file: str) -> LedgerTerms | DriverTerms:
    """Return how a file is written, by its header."""
    there = set(columns)
    missing = []
    for kind, title in ((mapping.ledger, "a ledger"), (mapping.drivers, "volumes and headcount")):
        if kind is None:
            continue
        named = kind.columns.named if isinstance(kind, LedgerTerms) else kind.named
        absent = [name for name in named if name not in there]
        if not absent:
            return kind
        missing.append(f"as {title} it lacks {', '.join(absent)}")
    sentence = f"Its columns are {', '.join(columns)}: {'; '.join(missing)}. Correct the mapping."
    raise _refused(file, sentence)


def _refused(file: str, sentence: str) -> ActualsRefusedError:
    return ActualsRefusedError([Remark(Severity.ERROR, "file", sentence, Place(file=file))])


def _month_in(
    cells: Mapping[str, str], column: str, days: str, faults: list[_Fault]
) -> Month | None:
    text = cells[column].strip()
    try:
        # A workbook gives a day with its hour: 2026-01-31 00:00:00.
        day = datetime.strptime(text.removesuffix(" 00:00:00"), day_format(days)).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        faults.append(_Fault(column, f"“{shown(text)}” is no day written as {days}."))
        return None
    return Month.of_day(day)


def _figure_in(
    cells: Mapping[str, str], column: str, decimal: Decimals, faults: list[_Fault]
) -> Decimal | None:
    try:
        return exact_figure(cells[column], decimal)
    except ValueError as error:
        faults.append(_Fault(column, str(error)))
        return None


def _decimals(given: Decimal) -> int:
    exponent = given.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _cell(cells: Mapping[str, str], column: str | None) -> str:
    return cells[column].strip() if column else ""
