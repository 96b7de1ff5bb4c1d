"""Changes to one part of an agreement, laid over the terms of the day from which they count.

In   the terms in force on that day, the part that is meant, and only what was changed in it
Out  the terms with these changes; everything else, also what a page does not ask for, as it was
Why  docs/guide/agreements.md
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.calendar_terms import ALWAYS
from retained.contracts.engine.reading import AgreementRefusedError, agreement_of
from retained.shared.errors import NotThereError
from retained.shared.remarks import Place, Remark, Severity

_NOUNS = {"service_levels": "service level", "calendars": "calendar", "clocks": "clock"}
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A service level by its id, a calendar or clock by its name; without a kind, the whole."""

    kind: str = ""
    name: str = ""

    def own_field(self, field: str) -> str | None:
        """Return a field of the document as this part names it; None for one outside of it."""
        if not self.kind:
            return field
        name = r"\d+" if self.kind == "service_levels" else re.escape(self.name)
        found = re.fullmatch(rf"{self.kind}\.{name}(?:\.(.*))?", field)
        return (found[1] or "") if found else None


@dataclass(frozen=True, slots=True)
class Change:
    """A field of a part by its path, and what it holds now; None takes it out."""

    path: tuple[str, ...]
    value: Any = None


def document_of(terms: AgreementTerms, part: Part) -> Document:
    """Return the document of a part, its short forms written out; raises NotThereError."""
    return _found(_written_out(terms), part)


def with_changes(
    terms: AgreementTerms, part: Part, changes: Sequence[Change], *, is_new: bool = False
) -> AgreementTerms:
    """Return the terms with one part changed or added; raises AgreementRefusedError."""
    document = _written_out(terms)
    if is_new:
        _make_room(document, part)
    own = _found(document, part)
    for change in changes:
        _put(own, change.path, change.value)
    return agreement_of(document)


def refuse_name(document: Document, part: Part, name: str) -> None:
    """Raise AgreementRefusedError where a part cannot have a name: none, or one that is taken."""
    sentence = ""
    if not name:
        sentence = "Give it a short name by which the agreement can speak of it."
    elif name in document.get(part.kind, {}):
        sentence = f"There is a {_NOUNS[part.kind]} “{name}” already: choose a free name."
    if sentence:
        place = Place(column=f"{part.kind}.{part.name}.name")
        raise AgreementRefusedError([Remark(Severity.ERROR, "agreement", sentence, place)])


def _make_room(document: Document, part: Part) -> None:
    """Begin a new calendar or clock under a name that is free."""
    refuse_name(document, part, part.name)
    document.setdefault(part.kind, {})[part.name] = {}


def _found(document: Document, part: Part) -> Document:
    if not part.kind:
        return document
    held = document.get(part.kind, {})
    if part.kind == "service_levels":
        held = {level["id"]: level for level in held}
    if part.name not in held:
        raise NotThereError(f"This {_NOUNS[part.kind]}")
    own: Document = held[part.name]
    return own


def _written_out(terms: AgreementTerms) -> Document:
    """Return the whole document with calendars, holidays and calendar choices in full."""
    document: Document = terms.as_document()
    for name, calendar in document.get("calendars", {}).items():
        document["calendars"][name] = _calendar_in_full(calendar)
    for clock in document.get("clocks", {}).values():
        if isinstance(clock["calendar"], str):
            clock["calendar"] = {"default": clock["calendar"]}
    return document


def _calendar_in_full(calendar: Any) -> Document:
    if calendar == ALWAYS:
        return {"hours": {"monday-sunday": ["00:00-24:00"]}}
    holidays = calendar.get("holidays")
    if isinstance(holidays, str):
        country, _, subdivision = holidays.partition("-")
        holidays = {"country": country, "subdivision": subdivision}
        return {**calendar, "holidays": holidays}
    return dict(calendar)


def _put(own: Document, path: tuple[str, ...], value: Any) -> None:
    """Set or take out a field; what it leaves empty behind it goes too."""
    key, *rest = path
    if not rest:
        if value is None:
            own.pop(key, None)
        else:
            own[key] = value
        return
    below = own.setdefault(key, {})
    _put(below, tuple(rest), value)
    if not below:
        del own[key]
