"""Reads of what came true: the mapping that counts, files, and the entries behind a line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, reduce
from operator import or_

from django.db.models import Max, Min, Q, QuerySet, Sum

from retained.directory.queries.people import names_of
from retained.shared.errors import DomainError, NotThereError
from retained.shared.money import Money
from retained.shared.months import Month
from retained.shared.remarks import Remark
from retained.strategy.engine.actuals import Entry
from retained.strategy.engine.actuals_terms import ActualsTerms, LeftOutTerms, read_actuals_mapping
from retained.strategy.engine.booked import Actuals, Taken, actuals_of, taker_of
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.models import ActualEntry, ActualsFile, ActualsMapping, BusinessCase
from retained.strategy.queries.cases import terms_written_in


@lru_cache(maxsize=64)
def mapping_written_in(document: str) -> ActualsTerms:
    """Return what a mapping's document says; one is never changed."""
    return read_actuals_mapping(document)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of actuals as pages and exports read it."""

    id: int
    name: str
    sha256: str
    rows: int
    unusable: int
    total: Money
    control: Money | None
    remarks: tuple[Remark, ...]
    given_by: str
    given_at: datetime
    counts_since: datetime | None
    superseded_at: datetime | None
    first: str
    last: str

    @property
    def state(self) -> str:
        """Whether it counts, in a word."""
        if self.superseded_at:
            return "withdrawn"
        return "counts" if self.counts_since else "waits for a look"


def signed_terms(case: BusinessCase) -> CaseTerms:
    """Return what two people signed; raises DomainError while nothing is signed."""
    if case.baseline is None:
        raise DomainError(
            "This case is not signed: what comes true is held against what two people signed."
        )
    return terms_written_in(case.baseline.document)


def mapping_of(case: BusinessCase) -> ActualsMapping | None:
    """Return the mapping that counts: the newest."""
    return case.actuals_mappings.order_by("-number").first()


def files_of(case: BusinessCase) -> QuerySet[ActualsFile]:
    """Return every file given to a case, the newest first."""
    return case.actuals_files.select_related("file").order_by("-given_at", "-pk")


def file_of_content(case: BusinessCase, sha256: str) -> ActualsFile | None:
    """Return the file of a case with this content that counts or waits, None if there is none."""
    files = case.actuals_files.select_related("file")
    return files.filter(sha256=sha256, superseded_at=None).first()


def counting_files(case: BusinessCase) -> QuerySet[ActualsFile]:
    """Return the files whose entries count, the oldest first."""
    return case.actuals_files.filter(superseded_at=None).exclude(counts_since=None)


def file_rows(files: Iterable[ActualsFile], currency: str) -> list[FileRow]:
    """Return files as rows, each with the first and last month that it tells of."""
    found = list(files)
    names = names_of({one.given_by_key for one in found})
    spans = _spans([one.pk for one in found])
    return [
        FileRow(
            id=one.pk,
            name=one.file.original_name,
            sha256=one.sha256,
            rows=one.rows,
            unusable=one.unusable,
            total=Money.of_minor(one.total_minor, currency),
            control=_control(one, currency),
            remarks=tuple(Remark.of_plain(remark) for remark in one.remarks),
            given_by=names.get(one.given_by_key, ""),
            given_at=one.given_at,
            counts_since=one.counts_since,
            superseded_at=one.superseded_at,
            first=spans.get(one.pk, ("", ""))[0],
            last=spans.get(one.pk, ("", ""))[1],
        )
        for one in found
    ]


def _control(file: ActualsFile, currency: str) -> Money | None:
    return None if file.control_minor is None else Money.of_minor(file.control_minor, currency)


def _spans(keys: list[int]) -> dict[int, tuple[str, str]]:
    found = ActualEntry.objects.filter(file__in=keys).values("file_id")
    rows = found.annotate(first=Min("month"), last=Max("month")).order_by("file_id")
    return {row["file_id"]: (row["first"], row["last"]) for row in rows}


def sums_in(files: QuerySet[ActualsFile], currency: str) -> list[Entry]:
    """Return what files say, amounts summed by month, account and cost centre.

    A case takes no more from a ledger, and a ledger may have a hundred thousand rows.
    """
    rows = ActualEntry.objects.filter(file__in=files)
    amounts = rows.exclude(amount_minor=None).values("month", "account", "cost_centre")
    summed = amounts.annotate(minor=Sum("amount_minor")).order_by("month", "account", "cost_centre")
    booked = [
        Entry(
            file="",
            row=0,
            month=Month.parse(one["month"]),
            cost_centre=one["cost_centre"],
            account=one["account"],
            amount=Money.of_minor(one["minor"], currency),
        )
        for one in summed
    ]
    figures = rows.exclude(value=None).select_related("file__file").order_by("file_id", "row")
    return booked + [entry_of(one, currency) for one in figures]


def entry_of(row: ActualEntry, currency: str) -> Entry:
    """Return a row as the engine knows it."""
    return Entry(
        file=row.file.file.original_name,
        row=row.row,
        month=Month.parse(row.month),
        cost_centre=row.cost_centre,
        account=row.account,
        text=row.text,
        amount=None if row.amount_minor is None else Money.of_minor(row.amount_minor, currency),
        driver=row.driver,
        value=row.value,
    )


def actuals_now(case: BusinessCase) -> Actuals | None:
    """Return what came true of a case by all files that count; None while it has no mapping."""
    mapping = mapping_of(case)
    return actuals_by(case, mapping) if mapping else None


def actuals_by(case: BusinessCase, mapping: ActualsMapping) -> Actuals:
    """Return what came true of a case by all files that count, as a mapping takes it."""
    currency = signed_terms(case).currency
    entries = sums_in(counting_files(case), currency)
    return actuals_of(entries, mapping_written_in(mapping.document), currency=currency)


def last_month(actuals: Actuals, terms: CaseTerms) -> Month | None:
    """Return the last month of the term of which anything is known."""
    end = terms.first_month.plus(terms.months - 1)
    figures = {month for seen in actuals.drivers.values() for month in seen}
    known = {month for month in {*actuals.months, *figures} if terms.first_month <= month <= end}
    return max(known, default=None)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A row of a ledger behind a line, with the file to open."""

    file_id: int
    file: str
    row: int
    month: str
    cost_centre: str
    account: str
    text: str
    amount: Money


def entries_behind(case: BusinessCase, taker: str) -> QuerySet[ActualEntry]:
    """Return the rows that a line takes, or “unmapped”, “left_out” or “elsewhere”, by month."""
    booked = ActualEntry.objects.filter(file__in=counting_files(case)).exclude(amount_minor=None)
    mapping = mapping_of(case)
    if mapping is None:
        return booked.none()
    terms = mapping_written_in(mapping.document)
    accounts: dict[str, list[str]] = {}
    for centre, account in booked.order_by().values_list("cost_centre", "account").distinct():
        if taker_of(terms, account, centre) == taker:
            accounts.setdefault(centre, []).append(account)
    if not accounts:
        return booked.none()
    theirs = (Q(cost_centre=centre, account__in=some) for centre, some in accounts.items())
    found = booked.filter(reduce(or_, theirs))
    return found.select_related("file__file").order_by("month", "file_id", "row")


def entry_rows(entries: Iterable[ActualEntry], currency: str) -> list[EntryRow]:
    """Return rows of a ledger as pages and exports read them."""
    return [
        EntryRow(
            file_id=one.file_id,
            file=one.file.file.original_name,
            row=one.row,
            month=one.month,
            cost_centre=one.cost_centre,
            account=one.account,
            text=one.text,
            amount=Money.of_minor(one.amount_minor or 0, currency),
        )
        for one in entries
    ]


TAKERS = tuple(one.value for one in Taken)


@dataclass(frozen=True, slots=True)
class Part:
    """What a file comes to for one line, or for what no line takes."""

    key: str
    title: str
    amount: Money


def parts_of(file: ActualsFile) -> tuple[list[Part], list[str]]:
    """Return what a file comes to by line, and the titles of the drivers that it tells of."""
    mapping = mapping_of(file.case) or file.mapping
    terms, case_terms = mapping_written_in(mapping.document), signed_terms(file.case)
    summed: dict[str, Money] = {}
    drivers: set[str] = set()
    for entry in sums_in(ActualsFile.objects.filter(pk=file.pk), case_terms.currency):
        if entry.amount is None:
            drivers.add(entry.driver)
            continue
        key = str(taker_of(terms, entry.account, entry.cost_centre))
        summed[key] = summed.get(key, entry.amount.zero()) + entry.amount
    ordered = sorted(summed, key=lambda key: (key in TAKERS, key))
    parts = [Part(key, title_of(case_terms, key), summed[key]) for key in ordered]
    return parts, [title_of(case_terms, name) for name in sorted(drivers)]


@dataclass(frozen=True, slots=True)
class MappedAccount:
    """An account of the mapping: the line that it makes up, blank where it is left out."""

    account: str
    line: str
    title: str
    closed: Month | None
    because: str


def accounts_of(mapping: ActualsMapping, terms: CaseTerms) -> list[MappedAccount]:
    """Return the accounts of a mapping, in its order."""
    written = mapping_written_in(mapping.document)
    return [
        MappedAccount(
            str(account),
            line,
            title_of(terms, line) if line else "",
            written.closed_in.get(line),
            account.because if isinstance(account, LeftOutTerms) else "",
        )
        for line, account in written.accounts()
    ]


_TAKER_WORDS = {
    "unmapped": "No line takes them",
    "left_out": "Left out by the mapping",
    "elsewhere": "Other cost centres",
}


def title_of(terms: CaseTerms, key: str) -> str:
    """Return how people call a line, a driver, or what no line takes; raises NotThereError."""
    if key in _TAKER_WORDS:
        return _TAKER_WORDS[key]
    if key in terms.assumptions:
        return terms.assumptions[key].title or key
    option, _, name = key.partition(".")
    if option not in terms.options or name not in terms.options[option].lines:
        raise NotThereError("This line")
    return terms.options[option].lines[name].title or name.replace("_", " ").capitalize()
