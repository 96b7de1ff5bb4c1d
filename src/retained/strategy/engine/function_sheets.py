"""A list of IT functions, read by a mapping of its columns: functions, or every remark at once.

In   rows with their numbers, which column holds what, what is there already
Out  the terms of each function, those above first, and remarks with row and column
Why  docs/guide/it-functions.md

A row that repeats a reference adds its people, or its count, to that function. What a list does
not say of a function that is there stays as it was.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from retained.shared.remarks import Place, Remark, Severity
from retained.shared.written import Written, refusals
from retained.strategy.engine.function_columns import BY_ROLE
from retained.strategy.engine.function_terms import SCHEMA, FunctionTerms

_SCALARS = ("title", "parent", "purpose", "owner", "performer", "currency")
_LISTS = ("performed_by", "legal_entities", "sites", "supports", "tools")
_PEOPLE = ("role", "location", "number", "yearly_cost")
_PERFORMERS = {
    "in house": "in_house", "inhouse": "in_house", "internal": "in_house", "own": "in_house",
    "our own people": "in_house", "provider": "provider", "a provider": "provider",
    "outsourced": "provider", "external": "provider", "shared": "shared",
    "shared with others": "shared",
}  # fmt: skip
_COMMA = re.compile(r"-?\d+,\d{1,2}|-?\d+,\d{4,}")

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its number as a spreadsheet counts, and what stands in each mapped column."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """What the company has already: functions by reference, and names that may be used."""

    functions: Mapping[str, FunctionTerms] = field(default_factory=dict)
    retired: frozenset[str] = frozenset()
    legal_entities: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    supports: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FunctionList:
    """What a list says: functions that can be saved, those above first, and remarks.

    Where a remark is an error nothing is to be saved: `terms` are what is right so far.
    """

    terms: tuple[FunctionTerms, ...]
    remarks: tuple[Remark, ...]

    @property
    def is_sound(self) -> bool:
        """Whether everything can be saved."""
        return not any(one.severity is Severity.ERROR for one in self.remarks)


def sheet_rows(
    columns: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], mapping: Mapping[str, str]
) -> list[SheetRow]:
    """Return rows with their cells by role."""
    places = {role: columns.index(column) for role, column in mapping.items()}
    return [
        SheetRow(number, {role: cells[place] for role, place in places.items()})
        for number, cells in rows
    ]


def reference_of(title: str) -> str:
    """Return the reference that is made of a title: “Service desk” gives service-desk."""
    return re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:40].strip("-")


def name_made_of(title: str) -> str:
    """Return the name that is made of a title: “Connected sites” gives connected_sites."""
    return re.sub(r"[^a-z0-9]+", "_", title.casefold()).strip("_")


def functions_in(
    rows: Sequence[SheetRow], mapping: Mapping[str, str], known: Known
) -> FunctionList:
    """Return the functions that some rows write, and every remark about them."""
    grouped: dict[str, list[SheetRow]] = {}
    remarks: list[Remark] = []
    for row in rows:
        reference = row.cells.get("reference") or reference_of(row.cells.get("title", ""))
        if reference:
            grouped.setdefault(reference, []).append(row)
        else:
            sentence = "Neither a title nor a reference stands here: write one."
            remarks.append(_error(row, "title", mapping, sentence))
    drafts = [_Draft(reference, tuple(some), mapping, known) for reference, some in grouped.items()]
    read = [(draft, draft.terms()) for draft in drafts]
    made = {draft.reference: terms for draft, terms in read if terms is not None}
    for draft in drafts:
        remarks += [*draft.remarks, *draft.unknown_names(set(grouped) | set(known.functions))]
    ordered, circular = _those_above_first(made)
    for draft in drafts:
        if draft.reference in circular:
            sentence = "This closes a circle: it would stand below itself."
            remarks.append(draft.error_at(("parent",), sentence))
    remarks.sort(key=lambda one: (one.place.row or 0, one.place.column))
    return FunctionList(tuple(ordered), tuple(remarks))


class _Draft:
    """One function in the making: its document, and which cell each part of it came from."""

    def __init__(
        self,
        reference: str,
        rows: tuple[SheetRow, ...],
        mapping: Mapping[str, str],
        known: Known,
    ) -> None:
        self.reference, self.rows, self.mapping, self.known = reference, rows, mapping, known
        self.before = known.functions.get(reference)
        self.remarks: list[Remark] = []
        self._cells: dict[Path, tuple[SheetRow, str]] = {}

    def terms(self) -> FunctionTerms | None:
        """Return the function, or None with remarks that say why there is none."""
        document = self._document()
        try:
            return FunctionTerms.model_validate(document)
        except ValidationError as error:
            for remark in refusals(error, Written("function")):
                path = tuple(remark.place.column.split("."))
                self.remarks.append(self.error_at(path, remark.sentence))
            return None

    def unknown_names(self, functions: set[str]) -> Iterator[Remark]:
        """Yield a remark for every name that leads nowhere."""
        if self.reference in self.known.retired:
            sentence = f"“{self.reference}” is retired: bring it back first."
            yield self.error_at(("reference",), sentence)
        for role, names in (
            ("legal_entities", self.known.legal_entities),
            ("sites", self.known.sites),
            ("supports", self.known.supports),
            ("parent", functions),
        ):
            cell = self._cells.get((role,))
            given = _parts(cell[0].cells[role]) if cell else []
            for name in given:
                if name not in names:
                    sentence = f"There is no “{name}” here yet: add it first, or correct it."
                    yield self.error_at((role,), sentence)

    def error_at(self, path: Path, sentence: str) -> Remark:
        """Return an error at the cell that a part of the document came from."""
        asked = path[0] if path and path[0] in BY_ROLE else "title"
        while path and path not in self._cells:
            path = path[:-1]
        row, role = self._cells[path] if path else (self.rows[0], asked)
        return _error(row, role, self.mapping, sentence)

    def _document(self) -> dict[str, Any]:
        document: dict[str, Any] = {"schema": SCHEMA}
        if self.before is not None:
            document = self.before.as_document()
        document["reference"] = self.reference
        for role in _SCALARS:
            if text := self._once(role):
                document[role] = _performer(text) if role == "performer" else text
        for role in _LISTS:
            if text := self._once(role):
                document[role] = _parts(text)
        if text := self._once("kinds"):
            countries = _parts(self._once("countries").upper())
            for role in {"kinds", "countries"} & {path[0] for path in self._cells}:
                self._cells["data", role] = self._cells[role,]
            document["data"] = {"kinds": _parts(text.casefold()), "countries": countries}
        if people := self._people():
            document["people"] = people
        if volumes := self._volumes(document.get("volumes", {})):
            document["volumes"] = volumes
        return document

    def _once(self, role: str) -> str:
        """Return what a function's rows say of one thing: all the same, or nothing."""
        said = ""
        for row in self.rows:
            text = row.cells.get(role, "")
            if text and not said:
                said = text
                self._cells[role,] = (row, role)
            elif text and text != said:
                sentence = f"“{self.reference}” stood here before with “{said}”: say it once."
                self.remarks.append(_error(row, role, self.mapping, sentence))
        return said

    def _people(self) -> list[dict[str, str]]:
        people: list[dict[str, str]] = []
        for row in self.rows:
            line = {role: row.cells[role] for role in _PEOPLE if row.cells.get(role)}
            if not line:
                continue
            for role in _PEOPLE:
                self._cells["people", str(len(people)), role] = (row, role)
            self._cells["people", str(len(people))] = (row, "role")
            people.append({role: _number(text, role) for role, text in line.items()})
        return people

    def _volumes(self, before: Mapping[str, Any]) -> dict[str, Any]:
        volumes: dict[str, Any] = {name: {**one} for name, one in before.items()}
        named = {one.get("title") or name: name for name, one in before.items()}
        for row in self.rows:
            title = row.cells.get("volume", "")
            if not title:
                continue
            name = named.setdefault(title, name_made_of(title))
            one = volumes.setdefault(name, {"title": title})
            self._cells["volumes", name] = (row, "volume")
            if unit := row.cells.get("unit"):
                one["unit"] = unit
            if growth := row.cells.get("growth"):
                one["growth"] = _growth(growth)
                self._cells["volumes", name, "growth"] = (row, "growth")
            if month := row.cells.get("month"):
                month = month[:7]  # a spreadsheet writes a month as its first day
                counted = _number(row.cells.get("count", ""), "number")
                one["history"] = {**one.get("history", {}), month: counted}
                self._cells["volumes", name, "history", month] = (row, "count")
        return volumes


def _those_above_first(
    made: Mapping[str, FunctionTerms],
) -> tuple[list[FunctionTerms], set[str]]:
    """Return the functions with each after the one above it, and those that stand in a circle."""
    ordered: dict[str, FunctionTerms] = {}
    circular: set[str] = set()
    for reference in made:
        trail: list[str] = []
        above: str | None = reference
        while above is not None and above in made and above not in ordered:
            if above in trail:
                circular |= set(trail[trail.index(above) :])
                break
            trail.append(above)
            above = made[above].parent
        ordered |= {one: made[one] for one in reversed(trail)}
    return list(ordered.values()), circular


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _performer(text: str) -> str:
    plain = re.sub(r"[^a-z]+", " ", text.casefold()).strip()
    return _PERFORMERS.get(plain, text)


def _number(text: str, role: str) -> str:
    """Return a number with a point: “1,5” has a decimal comma; “61,000” could be two things."""
    if role in {"number", "yearly_cost"} and _COMMA.fullmatch(text):
        return text.replace(",", ".")
    return text


def _growth(text: str) -> str:
    """Return a growth as a percentage: a spreadsheet writes 2 % as 0.02."""
    if text.endswith("%"):
        return _number(text.removesuffix("%").strip(), "number") + " %"
    return f"{float(text) * 100:g} %" if re.fullmatch(r"-?0?\.\d+", text) else text


def _error(row: SheetRow, role: str, mapping: Mapping[str, str], sentence: str) -> Remark:
    column = mapping.get(role) or BY_ROLE[role].title
    return Remark(Severity.ERROR, "function_list", sentence, Place(row=row.number, column=column))
