"""Calendars and clocks under other names, or gone: what uses them follows, or says so.

In   the terms of a day, a calendar or a clock of them
Out  the terms with that part renamed everywhere, or without it
Why  docs/guide/agreements.md
"""

from collections.abc import Iterator, Mapping
from typing import Any

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.editing import Document, Part, document_of, refuse_name
from retained.contracts.engine.reading import AgreementRefusedError, agreement_of
from retained.contracts.engine.sentences.words import listed
from retained.shared.remarks import Place, Remark, Severity


def renamed(terms: AgreementTerms, part: Part, name: str) -> AgreementTerms:
    """Return the terms with a part under another name; raises AgreementRefusedError."""
    if name == part.name:
        return terms
    document: Document = terms.as_document()
    refuse_name(document, part, name)
    held = document[part.kind]
    document[part.kind] = {name if key == part.name else key: held[key] for key in held}
    if part.kind == "clocks":
        _rename_clock(document, part.name, name)
    else:
        _rename_calendar(document, part.name, name)
    return agreement_of(document)


def without_part(terms: AgreementTerms, part: Part) -> AgreementTerms:
    """Return the terms without a part that nothing uses; raises AgreementRefusedError."""
    document_of(terms, part)  # there at all
    users = list(_users(terms, part))
    if users:
        noun = "calendar" if part.kind == "calendars" else "clock"
        sentence = (
            f"The {noun} “{part.name}” cannot be removed: {listed(users)} "
            f"{'use' if len(users) > 1 else 'uses'} it. Give {'them' if len(users) > 1 else 'it'} "
            f"another {noun} first."
        )
        place = Place(column=f"{part.kind}.{part.name}")
        raise AgreementRefusedError([Remark(Severity.ERROR, "agreement", sentence, place)])
    document: Document = terms.as_document()
    del document[part.kind][part.name]
    return agreement_of(document)


def _users(terms: AgreementTerms, part: Part) -> Iterator[str]:
    """Yield what uses a part: service levels their clock, clocks their calendars."""
    if part.kind == "clocks":
        for level in terms.service_levels:
            if level.clock == part.name:
                yield f"the service level “{level.title}”"
        return
    for name, clock in terms.clocks.items():
        if part.name in {calendar for _, calendar in clock.calendar.places()}:
            levels = [level.title for level in terms.service_levels if level.clock == name]
            of = f" (of {', '.join(f'“{title}”' for title in levels)})" if levels else ""
            yield f"the clock “{name}”{of}"


def _rename_clock(document: Document, old: str, new: str) -> None:
    for level in document["service_levels"]:
        if level.get("clock") == old:
            level["clock"] = new


def _rename_calendar(document: Document, old: str, new: str) -> None:
    for clock in document.get("clocks", {}).values():
        clock["calendar"] = _with_name(clock["calendar"], old, new)


def _with_name(choice: Any, old: str, new: str) -> Any:
    """Return a choice of calendars with a name replaced wherever it leads."""
    if isinstance(choice, Mapping):
        return {key: _with_name(value, old, new) for key, value in choice.items()}
    return new if choice == old else choice
