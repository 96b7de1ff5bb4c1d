"""Reads of a list of IT functions that somebody sent: its columns, and what it would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from retained.directory.models import LegalEntity, Organisation, Site
from retained.files.child import run_limited
from retained.files.models import StoredFile
from retained.files.storing import path_of
from retained.shared.remarks import Remark, Severity
from retained.strategy.engine.function_columns import COLUMNS, guessed_columns, mapping_faults
from retained.strategy.engine.function_sheets import (
    FunctionList,
    Known,
    functions_in,
    sheet_rows,
)
from retained.strategy.engine.function_table import list_rows
from retained.strategy.engine.function_terms import FunctionTerms
from retained.strategy.engine.sheet_rows import rows_of
from retained.strategy.models import BusinessFunction, ItFunction
from retained.strategy.queries.portfolio import tree

_FIGURES = frozenset({"number", "yearly_cost", "count"})


@dataclass(frozen=True, slots=True)
class SentList:
    """A file as it came: its columns, its rows, and the rows that are none."""

    columns: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]
    unreadable: Sequence[Remark]


@dataclass(frozen=True, slots=True)
class ListRead:
    """What a list would do: functions to add, to change, and those that stay as they are."""

    found: FunctionList
    remarks: Sequence[Remark]
    new: Sequence[FunctionTerms]
    changed: Sequence[FunctionTerms]
    same: int

    @property
    def is_sound(self) -> bool:
        """Whether it can be taken in."""
        return not self.remarks and bool(self.new or self.changed)


def sent_list(file: StoredFile) -> SentList:
    """Return a file's rows, read in a child process with limits; raises DomainError."""
    said = run_limited(rows_of, str(path_of(file)), file.original_name)
    return SentList(
        said["columns"],
        [(number, cells) for number, cells in said["rows"]],
        [one for one in map(Remark.of_plain, said["remarks"]) if one.severity is not Severity.NOTE],
    )


def list_read(sent: SentList, mapping: Mapping[str, str]) -> ListRead:
    """Return what a list would do under a mapping of its columns, with every remark."""
    faults = mapping_faults(mapping, sent.columns)
    if faults:
        remarks = [Remark(Severity.ERROR, "mapping", fault) for fault in faults]
        return ListRead(FunctionList((), ()), remarks, (), (), 0)
    known = known_names()
    found = functions_in(sheet_rows(sent.columns, sent.rows, mapping), mapping, known)
    new = [one for one in found.terms if one.reference not in known.functions]
    changed = [
        one
        for one in found.terms
        if one.reference in known.functions and known.functions[one.reference] != one
    ]
    return ListRead(
        found,
        [*sent.unreadable, *found.remarks],
        new,
        changed,
        len(found.terms) - len(new) - len(changed),
    )


def guessed_mapping(sent: SentList) -> dict[str, str]:
    """Return which column most likely holds what."""
    return guessed_columns(sent.columns)


def known_names() -> Known:
    """Return what the company has already."""
    client = Organisation.Kind.CLIENT
    entities = LegalEntity.objects.filter(organisation__kind=client)
    sites = Site.objects.filter(organisation__kind=client)
    business = BusinessFunction.objects.filter(retired_at=None)
    retired = ItFunction.objects.exclude(retired_at=None)
    return Known(
        functions={row.reference: row.terms for row in tree(ItFunction.objects.all())},
        retired=frozenset(retired.values_list("reference", flat=True)),
        legal_entities=frozenset(entities.values_list("name", flat=True)),
        sites=frozenset(sites.values_list("name", flat=True)),
        supports=frozenset(business.values_list("reference", flat=True)),
    )


def rows_of_list(functions: QuerySet[ItFunction]) -> list[list[str | Decimal]]:
    """Return functions as the rows of a list: changed in a spreadsheet, it can be taken in."""
    terms = [row.terms for row in tree(functions)]
    return [[_cell(one.role, row) for one in COLUMNS] for row in list_rows(terms)]


def _cell(role: str, row: Mapping[str, str]) -> str | Decimal:
    """Return a cell; a spreadsheet gets its figures as numbers."""
    text = row.get(role, "")
    return Decimal(text) if text and role in _FIGURES else text
