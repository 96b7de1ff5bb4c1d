"""IT functions as the rows of a list, as `function_sheets` reads them again.

In   the terms of functions
Out  rows by what each cell holds
Why  docs/guide/it-functions.md

Who does what and options are no part of a list: they stay where they are.
"""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from retained.shared.quantities import decimal_text, percent_text
from retained.strategy.engine.function_terms import FunctionTerms, TeamLine, VolumeTerms

Row = dict[str, str]


def list_rows(functions: Iterable[FunctionTerms]) -> Iterator[Row]:
    """Yield the rows of some functions: the first of each says everything that is said once."""
    for terms in functions:
        people = [_person(line) for line in terms.people]
        counts = [row for name, one in terms.volumes.items() for row in _counts(name, one)]
        blank: Row = {}
        rows = list(zip_longest(people, counts, fillvalue=blank)) or [(blank, blank)]
        for number, (person, count) in enumerate(rows):
            once = _once(terms) if number == 0 else {}
            yield {"reference": terms.reference, **once, **person, **count}


def _once(terms: FunctionTerms) -> Row:
    data = terms.data
    row = {
        "title": terms.title,
        "parent": terms.parent or "",
        "purpose": terms.purpose,
        "owner": terms.owner,
        "performer": terms.performer.value,
        "performed_by": "; ".join(terms.performed_by),
        "legal_entities": "; ".join(terms.legal_entities),
        "sites": "; ".join(terms.sites),
        "supports": "; ".join(terms.supports),
        "tools": "; ".join(terms.tools),
        "kinds": "; ".join(kind.value for kind in data.kinds) if data else "",
        "countries": "; ".join(data.countries) if data else "",
        "currency": terms.currency or "",
    }
    return {role: text for role, text in row.items() if text}


def _person(line: TeamLine) -> Row:
    cost = {} if line.yearly_cost is None else {"yearly_cost": decimal_text(line.yearly_cost)}
    location = {"location": line.location} if line.location else {}
    return {"role": line.role, "number": decimal_text(line.number), **location, **cost}


def _counts(name: str, volume: VolumeTerms) -> Iterator[Row]:
    """Yield one row for each month that was counted, and one where none was."""
    title = volume.title or name
    growth = {} if volume.growth is None else {"growth": percent_text(volume.growth)}
    unit = {"unit": volume.unit} if volume.unit else {}
    first: Row = {"volume": title, **unit, **growth}
    months = [
        {"volume": title, "month": month, "count": decimal_text(value)}
        for month, value in volume.history.items()
    ]
    yield {**first, **months[0]} if months else first
    yield from months[1:]
