"""Reads of the portfolio: the tree of IT functions, their versions, and the map."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from django.db.models import OuterRef, Q, QuerySet, Subquery

from retained.directory.queries.people import names_of
from retained.shared.errors import NotThereError
from retained.strategy.engine.function_figures import TeamSize, team_size
from retained.strategy.engine.function_files import read_stored_function
from retained.strategy.engine.function_terms import FunctionTerms
from retained.strategy.engine.own_or_buy import Advice
from retained.strategy.engine.questionnaire import WAY_WORDS
from retained.strategy.models import FunctionVersion, ItFunction
from retained.strategy.queries.appraisals import advice_by_function

PERFORMERS = {"in_house": "In-house", "provider": "Provider", "shared": "Shared"}


@lru_cache(maxsize=1024)
def terms_written_in(document: str) -> FunctionTerms:
    """Return the terms that a version's document writes; a version never changes."""
    return read_stored_function(document)


@dataclass(frozen=True)
class VersionRow:
    """One version of what is known of a function."""

    number: int
    document: str
    sha256: str
    note: str
    created_by: str
    created_at: datetime

    @cached_property
    def terms(self) -> FunctionTerms:
        """What this version says."""
        return terms_written_in(self.document)


def newest_version(function: ItFunction) -> VersionRow:
    """Return the version that counts, without the name of who made it."""
    found = function.versions.order_by("-number").first()
    if found is None:
        raise NotThereError("This version")
    return _row(found, {})


def versions(function: ItFunction) -> list[VersionRow]:
    """Return every version, the newest first, with who made it."""
    found = list(function.versions.order_by("-number"))
    names = names_of(one.created_by_key for one in found)
    return [_row(one, names) for one in found]


def version(function: ItFunction, number: int) -> VersionRow:
    """Return one version by its number; raises NotThereError."""
    found = function.versions.filter(number=number).first()
    if found is None:
        raise NotThereError("This version")
    return _row(found, {})


def _row(one: FunctionVersion, names: Mapping[str, str]) -> VersionRow:
    by = names.get(one.created_by_key, one.created_by_key)
    return VersionRow(one.number, one.document, one.sha256, one.note, by, one.created_at)


@dataclass(frozen=True)
class FunctionRow:
    """An IT function as a line of the tree; `place` is its number in it, `depth` how far down."""

    reference: str
    title: str
    place: int
    depth: int
    performer: str
    is_retired: bool
    has_below: bool
    document: str
    advice: Advice | None

    @cached_property
    def terms(self) -> FunctionTerms:
        """What is known of it; read only for the lines that are shown."""
        return terms_written_in(self.document)

    @property
    def size(self) -> TeamSize:
        """The people in-house."""
        return team_size(self.terms.people, self.terms.currency)

    @property
    def way(self) -> str:
        """What the answers speak for, in a word."""
        return WAY_WORDS[self.advice.way] if self.advice else ""

    @property
    def performed(self) -> str:
        """Who does the work, by kind; nothing for what only groups others."""
        says_nothing = self.has_below and not (self.terms.people or self.terms.performed_by)
        return "" if says_nothing else PERFORMERS[self.performer]

    @property
    def performed_by(self) -> str:
        """Who does the work, by name."""
        return ", ".join(self.terms.performed_by)


def functions_named(functions: QuerySet[ItFunction], words: Sequence[str]) -> QuerySet[ItFunction]:
    """Return those functions in whose reference or title every word is found."""
    for word in words:
        functions = functions.filter(Q(title__icontains=word) | Q(reference__icontains=word))
    return functions


def tree(functions: QuerySet[ItFunction], *, with_retired: bool = False) -> list[FunctionRow]:
    """Return the functions as a tree: each after the one above it, those of one parent by title.

    A function whose parent is not among them stands at the top.
    """
    newest = FunctionVersion.objects.filter(function=OuterRef("pk")).order_by("-number")
    if not with_retired:
        functions = functions.filter(retired_at=None)
    found = list(functions.annotate(document=Subquery(newest.values("document")[:1])))
    advice = advice_by_function()
    ordered = _in_tree_order(found)
    above = {one.parent_id for one in found if one.retired_at is None}
    return [
        FunctionRow(
            reference=one.reference,
            title=one.title,
            place=place,
            depth=depth,
            performer=one.performer,
            is_retired=one.retired_at is not None,
            has_below=one.pk in above,
            document=str(one.document),  # type: ignore[attr-defined] # annotated above
            advice=advice.get(one.pk),
        )
        for place, (one, depth) in enumerate(ordered)
    ]


def _in_tree_order(found: Sequence[ItFunction]) -> Iterator[tuple[ItFunction, int]]:
    """Yield each function with its depth, depth first."""
    there = {one.pk for one in found}
    below: dict[int | None, list[ItFunction]] = {}
    for one in sorted(found, key=lambda one: (one.title.casefold(), one.reference)):
        above = one.parent_id if one.parent_id in there else None
        below.setdefault(above, []).append(one)
    waiting = [(one, 0) for one in reversed(below.get(None, []))]
    while waiting:
        one, depth = waiting.pop()
        yield one, depth
        waiting += [(child, depth + 1) for child in reversed(below.get(one.pk, []))]


def appraised(rows: Iterable[FunctionRow]) -> list[tuple[FunctionRow, Advice]]:
    """Return those functions for which somebody has answered, with what the answers speak for."""
    return [(row, row.advice) for row in rows if row.advice is not None]


def parents_to_choose(functions: QuerySet[ItFunction]) -> list[tuple[str, str]]:
    """Return reference and title of the functions that another may hang below."""
    return list(functions.filter(retired_at=None).values_list("reference", "title"))
